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

/** A copy of a network in training on a device: its weights, in the order of the layout, and its script. One thread at a time. */
final class TrainingReplica implements AutoCloseable {

    private final ComputeDevice device;
    private final NDManager manager;
    private final ScriptModule script;
    private final NetworkTopology topology;
    private final int parameters;
    private final NDList weights = new NDList();

    private TrainingReplica(final ComputeDevice device, final NDManager manager, final ScriptModule script, final NetworkTopology topology) {
        this.device = device;
        this.manager = manager;
        this.script = script;
        this.topology = topology;
        this.parameters = WeightLayout.parameters(topology);
    }

    /**
     * @param methods a {@link TrainingText}
     * @return a replica whose weights are zero
     * @throws ai.djl.engine.EngineException if the text does not compile
     */
    static TrainingReplica open(final TorchEngine engine, final ComputeDevice device, final NetworkTopology topology, final String methods) {
        final ScriptModule script = ScriptModule.compile(engine, device, methods);
        final TrainingReplica replica = new TrainingReplica(device, engine.newManager(device), script, topology);
        for (final WeightLayout.Slot slot : WeightLayout.of(topology)) {
            replica.weights.add(replica.manager.zeros(new Shape(slot.shape())));
        }

        return replica;
    }

    ComputeDevice device() {
        return device;
    }

    NDManager manager() {
        return manager;
    }

    ScriptModule script() {
        return script;
    }

    NDList weights() {
        return weights;
    }

    /**
     * Weight by weight, each of whose old memory is freed before the next is taken.
     *
     * @param source of the weights that take the places of all
     * @throws IllegalArgumentException if they are another network's; none is replaced then
     */
    void replaceWeights(final WeightSource source) {
        source.forEach(topology, (entry, position) -> weights.set(position, TensorLoader.copyOf(manager, entry.values(), entry.shape())).close());
    }

    /** @return the loss of a batch on this device and the gradient of each parameter; the next call may write over the gradients */
    NDList gradients(final NDManager results, final NDArray batch, final NDArray target, final double scale) {
        try (NDArray factor = results.create((float) scale)) {
            return script.callWithGradients(results, "gradients", ScriptArgument.of(batch), ScriptArgument.of(target), ScriptArgument.of(weights), ScriptArgument.of(factor));
        }
    }

    /** Gives up memory that {@link #gradients} holds for its next call. */
    void release() {
        try (NDManager work = manager.newSubManager()) {
            script.call(work, "release", ScriptArgument.of(work.zeros(new Shape())));
        }
    }

    /** Takes over the parameters of another device; buffers, which training does not read, stay. */
    void copyParameters(final TrainingReplica other) {
        try (NDManager work = manager.newSubManager()) {
            script.call(work, "copy", ScriptArgument.of(new NDList(weights.subList(0, parameters))), ScriptArgument.of(new NDList(other.weights.subList(0, parameters))));
        }
    }

    @Override
    public void close() {
        script.close();
        manager.close();
    }
}
