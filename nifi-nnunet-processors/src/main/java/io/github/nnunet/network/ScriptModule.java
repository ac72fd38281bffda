/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Methods in TorchScript, compiled from text that Java wrote. The text is in the dialect of a TorchScript archive's code,
 * which is Python with types: operators by their libtorch names ({@code torch.mul(a, b)}), no imports, every method's
 * first parameter {@link #SELF}. A method calls another as {@code (self).name(a, b, )}. It returns a Tensor or a
 * List[Tensor]. Several threads may call at once. {@code (self).space} is a list of tensors that outlives a call, empty at first, for
 * methods that only one thread calls.
 */
public final class ScriptModule implements AutoCloseable {

    /** The class that the methods belong to. */
    public static final String CLASS = "__torch__.Work";
    /** The first parameter of every method. */
    public static final String SELF = "self: " + CLASS;

    private static final String HEAD = """
            class Work(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              space : List[Tensor]
            """;

    private final TorchEngine engine;
    private final NDManager manager;
    private final PtSymbolBlock block;

    private ScriptModule(final TorchEngine engine, final NDManager manager, final PtSymbolBlock block) {
        this.engine = engine;
        this.manager = manager;
        this.block = block;
    }

    /**
     * @param device  where the methods will run
     * @param methods text of the methods, each starting with {@code def} at the beginning of a line
     * @throws ai.djl.engine.EngineException if the text does not compile; its message quotes the line
     */
    public static ScriptModule compile(final TorchEngine engine, final ComputeDevice device, final String methods) {
        final NDManager manager = engine.newManager(device);
        try {
            final PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive(methods)), false, false);
            return new ScriptModule(engine, manager, block);
        } catch (final IOException impossible) {
            manager.close();
            throw new UncheckedIOException(impossible);
        } catch (final RuntimeException refused) {
            manager.close();
            throw refused;
        }
    }

    private static byte[] archive(final String methods) throws IOException {
        final byte[] object = new PickleWriter().global("__torch__", "Work").emptyTuple().newObject()
                .emptyDictionary().mark().text("training").truth(false).text("space").global("torch.jit._pickle", "build_tensorlist").mark().emptyList().tuple().reduce().setItems().build().finish();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TorchArchive archive = new TorchArchive(bytes)) {
            archive.module(object, HEAD + methods.indent(2));
        }

        return bytes.toByteArray();
    }

    /**
     * Calls a method without recording gradients, the fast way. Tensors made inside cannot be used for gradients later. A
     * result may share the memory of an argument; on the CPU an argument that was made from a Java array must then outlive it.
     *
     * @param results manager of the results
     * @return the tensors that the method returned
     * @throws ai.djl.engine.EngineException if libtorch fails
     */
    public NDList call(final NDManager results, final String method, final ScriptArgument... arguments) {
        engine.prepareThread();
        final IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = toValue(arguments[i]);
            }

            try (IValue result = IValueUtils.runMethod(block, method, values)) {
                final PtNDManager owner = (PtNDManager) results;
                return result.isTensor() ? new NDList(result.toTensor(owner)) : new NDList(result.toTensorArray(owner));
            }
        } finally {
            for (final IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue toValue(final ScriptArgument argument) {
        return switch (argument) {
            case ScriptArgument.Tensor(final NDArray value) -> IValue.from((PtNDArray) value);
            case ScriptArgument.Tensors(final NDList values) -> IValue.listFrom(values.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
        };
    }

    /**
     * Calls a method that takes gradients inside, by {@code torch.grad}. The results are to be detached in the script. No
     * other thread may use the arguments meanwhile.
     *
     * @param results manager of the results
     * @return the tensors that the method returned
     * @throws ai.djl.engine.EngineException if libtorch fails
     */
    public NDList callWithGradients(final NDManager results, final String method, final ScriptArgument... arguments) {
        engine.prepareThread();
        // DJL's way in that records gradients takes a flat list of arrays and reads the method and the lists off their names;
        // the results go to the first array's manager.
        try (NDArray choice = results.zeros(new Shape())) {
            choice.setName("module_method:" + method);
            final NDList inputs = new NDList(choice);
            for (int i = 0; i < arguments.length; i++) {
                addNamed(inputs, arguments[i], i);
            }

            JniUtils.setGradMode(true);
            try {
                return IValueUtils.forward(block, inputs, true);
            } finally {
                JniUtils.setGradMode(false);
            }
        }
    }

    private static void addNamed(final NDList inputs, final ScriptArgument argument, final int position) {
        switch (argument) {
            case ScriptArgument.Tensor(final NDArray value) -> {
                value.setName(null);
                inputs.add(value);
            }
            case ScriptArgument.Tensors(final NDList values) -> values.forEach(value -> {
                value.setName("list" + position + "[]");
                inputs.add(value);
            });
        }
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
