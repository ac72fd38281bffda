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

import java.util.ArrayList;
import java.util.List;

/**
 * A network in training: weights and optimizer state on a device, changed in place by {@link #step}. One thread at a time.
 */
public final class TrainingNetwork implements AutoCloseable {

    private final TorchEngine engine;
    private final ComputeDevice device;
    private final NetworkTopology topology;
    private final List<WeightLayout.Slot> slots;
    private final NDManager manager;
    private final ScriptModule script;
    private final NDList weights = new NDList();
    private final NDList state = new NDList();
    private final NDList stepCount = new NDList();

    private TrainingNetwork(final TorchEngine engine, final ComputeDevice device, final NetworkTopology topology, final String methods, final int stateTensors) {
        this.engine = engine;
        this.device = device;
        this.topology = topology;
        slots = WeightLayout.of(topology);
        script = ScriptModule.compile(engine, device, methods);
        manager = engine.newManager(device);
        for (final WeightLayout.Slot slot : slots) {
            weights.add(manager.zeros(new Shape(slot.shape())));
        }

        for (int kind = 0; kind < stateTensors; kind++) {
            slots.stream().filter(slot -> slot.role().isParameter()).forEach(slot -> state.add(manager.zeros(new Shape(slot.shape()))));
        }

        stepCount.add(manager.zeros(new Shape()));
    }

    /**
     * @param weights      to start from
     * @param gradientNorm gradients are scaled down to this norm over all parameters; 0 for no limit
     * @throws ai.djl.engine.EngineException if the loss's or the optimizer's text does not compile
     */
    public static TrainingNetwork open(final TorchEngine engine, final ComputeDevice device, final NetworkTopology topology, final NetworkWeights weights,
                                       final LossSource loss, final OptimizerSource optimizer, final double gradientNorm) {
        final String methods = new TrainingText(device, topology, loss, optimizer, gradientNorm).methods();
        final TrainingNetwork network = new TrainingNetwork(engine, device, topology, methods, optimizer.stateTensors());
        try {
            network.restoreWeights(weights);
            return network;
        } catch (final RuntimeException unfit) {
            network.close();
            throw unfit;
        }
    }

    public NetworkTopology topology() {
        return topology;
    }

    /** @return a manager on the network's device for the tensors of one step; the caller closes it */
    public NDManager newManager() {
        return manager.newSubManager();
    }

    /**
     * One step: forward, loss, gradients, update.
     *
     * @param batch        float32 [n][channel][z][y][x], in 2D [n][channel][y][x]
     * @param target       handed to the loss
     * @param learningRate of this step
     * @return the loss before the update; if it is not finite, no weight was changed
     */
    public double step(final NDArray batch, final NDArray target, final double learningRate) {
        try (NDManager work = newManager()) {
            final NDArray rate = work.create((float) learningRate);
            final NDList result = script.callWithGradients(work, "step", ScriptArgument.of(batch), ScriptArgument.of(target), ScriptArgument.of(rate),
                    ScriptArgument.of(stepCount.singletonOrThrow()), ScriptArgument.of(weights), ScriptArgument.of(stateArgument(work)));
            return result.singletonOrThrow().getFloat();
        }
    }

    /** Scripts cannot be handed an empty list: an optimizer without state gets one tensor that it does not look at. */
    private NDList stateArgument(final NDManager work) {
        return state.isEmpty() ? new NDList(work.zeros(new Shape())) : state;
    }

    /**
     * The loss and its gradients, changing nothing (batch normalization's running averages excepted).
     *
     * @return the loss, then the gradient of each parameter in the weights' order
     */
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target) {
        return script.callWithGradients(results, "gradients", ScriptArgument.of(batch), ScriptArgument.of(target), ScriptArgument.of(weights));
    }

    /** @return the loss of a batch, changing nothing (batch normalization's running averages excepted) */
    public double loss(final NDArray batch, final NDArray target) {
        try (NDManager work = newManager()) {
            return script.call(work, "evaluate", ScriptArgument.of(batch), ScriptArgument.of(target), ScriptArgument.of(weights)).singletonOrThrow().getFloat();
        }
    }

    /** @return logits as the loss sees them: the full resolution, then the heads enlarged to it */
    public NDList outputs(final NDManager results, final NDArray batch) {
        return script.call(results, "outputs", ScriptArgument.of(weights), ScriptArgument.of(batch));
    }

    /**
     * The network as it predicts, sharing the weights: to be closed before the next step, and before this network.
     *
     * @return a network whose closing leaves this one as it is
     */
    public SegmentationNetwork predictor() {
        return ScriptNetwork.open(engine, device, NetworkLoader.formFor(topology, device), weights);
    }

    /** @return a copy of the weights */
    public NetworkWeights weights() {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            final WeightLayout.Slot slot = slots.get(i);
            entries.add(new NetworkWeights.Entry(slot.name(), slot.shape(), weights.get(i).toFloatArray(), slot.role().isParameter()));
        }

        return new NetworkWeights(entries);
    }

    /** @throws IllegalArgumentException if they are another network's */
    public void restoreWeights(final NetworkWeights values) {
        final List<NetworkWeights.Entry> entries = values.fittedTo(topology).entries();
        for (int i = 0; i < entries.size(); i++) {
            replace(weights, i, entries.get(i).values(), entries.get(i).shape());
        }
    }

    private void replace(final NDList tensors, final int position, final float[] values, final long[] shape) {
        tensors.set(position, OwnedTensor.copyOf(manager, values, shape)).close();
    }

    /** @return a copy of what the optimizer remembers */
    public OptimizerState optimizerState() {
        return new OptimizerState((long) stepCount.singletonOrThrow().getFloat(), state.stream().map(NDArray::toFloatArray).toList());
    }

    /** @throws IllegalArgumentException if it is another optimizer's or another network's */
    public void restoreOptimizer(final OptimizerState values) {
        if (values.tensors().size() != state.size()) {
            throw new IllegalArgumentException("The optimizer keeps %d tensors, not %d".formatted(state.size(), values.tensors().size()));
        }

        for (int i = 0; i < state.size(); i++) {
            if (values.tensors().get(i).length != state.get(i).size()) {
                throw new IllegalArgumentException("Tensor %d of the optimizer's state has %d values, not %d".formatted(i, state.get(i).size(), values.tensors().get(i).length));
            }
        }

        for (int i = 0; i < state.size(); i++) {
            replace(state, i, values.tensors().get(i), state.get(i).getShape().getShape());
        }

        replace(stepCount, 0, new float[] {values.steps()}, new long[0]);
    }

    @Override
    public void close() {
        script.close();
        manager.close();
    }
}
