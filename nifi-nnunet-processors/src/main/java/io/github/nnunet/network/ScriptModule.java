/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Methods in TorchScript, compiled from text that Java wrote. The text is in the dialect of a TorchScript archive's code,
 * which is Python with types: operators by their libtorch names ({@code torch.mul(a, b)}), no imports, every method's
 * first parameter {@link #SELF}. A method calls another as {@code (self).name(a, b)}. It returns a Tensor, a
 * List[Tensor], or a tuple of tensors.
 */
public final class ScriptModule implements AutoCloseable {

    /** The class that the methods belong to. */
    public static final String CLASS = "__torch__.Work";
    /** The first parameter of every method. */
    public static final String SELF = "self: " + CLASS;

    private ScriptModule() {
    }

    /**
     * @param device  where constants are made
     * @param methods text of the methods, each starting with {@code def} at the beginning of a line
     * @throws ai.djl.engine.EngineException if the text does not compile; its message quotes the line
     */
    public static ScriptModule compile(final TorchEngine engine, final ComputeDevice device, final String methods) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Calls a method without recording gradients, the fast way. Tensors made inside cannot be used for gradients later.
     *
     * @param results manager of the results
     * @return the tensors that the method returned
     */
    public NDList call(final NDManager results, final String method, final ScriptArgument... arguments) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Calls a method that takes gradients inside, by {@code torch.grad}. The results are to be detached in the script.
     *
     * @param results manager of the results
     */
    public NDList callWithGradients(final NDManager results, final String method, final ScriptArgument... arguments) {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("soon");
    }
}
