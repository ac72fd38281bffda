/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** A network of our own topology, in one of its forms. */
final class ScriptNetwork implements SegmentationNetwork {

    private final NetworkTopology topology;
    private final ComputeDevice device;
    private final NDManager manager;
    private final ScriptModule script;
    private final ScriptArgument weights;

    private ScriptNetwork(final NetworkTopology topology, final ComputeDevice device, final NDManager manager, final ScriptModule script, final NDList weights) {
        this.topology = topology;
        this.device = device;
        this.manager = manager;
        this.script = script;
        this.weights = ScriptArgument.of(weights);
    }

    /** Takes a copy of weights in Java's memory. */
    static ScriptNetwork open(final TorchEngine engine, final ComputeDevice device, final NetworkForm form, final NetworkWeights weights) {
        try (NDManager loading = engine.newManager(device)) {
            final NDList tensors = new NDList();
            for (final NetworkWeights.Entry entry : weights.fittedTo(form.topology()).entries()) {
                tensors.add(TensorLoader.copyOf(loading, entry.values(), entry.shape()));
            }

            return open(engine, device, form, tensors);
        }
    }

    /** @param weights tensors in the order of the topology's layout; memory is shared where the form takes a weight as it is */
    static ScriptNetwork open(final TorchEngine engine, final ComputeDevice device, final NetworkForm form, final NDList weights) {
        final ScriptModule script = ScriptModule.compile(engine, device, form.methods());
        final NDManager manager = engine.newManager(device);
        try {
            return new ScriptNetwork(form.topology(), device, manager, script, script.call(manager, "prepare", ScriptArgument.of(weights)));
        } catch (final RuntimeException failure) {
            script.close();
            manager.close();
            throw failure;
        }
    }

    @Override
    public int inputChannels() {
        return topology.inputChannels();
    }

    @Override
    public int outputChannels() {
        return topology.outputChannels();
    }

    @Override
    public int dimensions() {
        return topology.dimensions();
    }

    @Override
    public ComputeDevice device() {
        return device;
    }

    @Override
    public NDArray forward(final NDManager results, final NDArray batch) {
        return script.call(results, "forward", weights, ScriptArgument.of(batch)).singletonOrThrow();
    }

    @Override
    public void close() {
        script.close();
        manager.close();
    }
}
