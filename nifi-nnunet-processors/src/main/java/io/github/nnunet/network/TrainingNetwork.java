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
 * A network in training: weights and optimizer state on a device, changed in place by {@link #step}. Further devices may hold copies of the
 * weights and take a share of each batch. One thread at a time.
 */
public final class TrainingNetwork implements AutoCloseable {

    private final TorchEngine engine;
    private final NetworkTopology topology;
    private final TrainingMethod method;
    private final List<WeightLayout.Slot> slots;
    private final List<TrainingReplica> replicas;
    private final TrainingReplica first;
    private final GradientComputation computation;
    private final NDManager manager;
    private final NDList state = new NDList();
    private final NDList stepCount = new NDList();
    private LossScale lossScale = LossScale.initial();

    /** @param replicas are this object's from now on */
    private TrainingNetwork(final TorchEngine engine, final NetworkTopology topology, final TrainingMethod method, final List<TrainingReplica> replicas) {
        this.engine = engine;
        this.topology = topology;
        this.method = method;
        this.replicas = List.copyOf(replicas);
        slots = WeightLayout.of(topology);
        first = replicas.getFirst();
        computation = chooseComputation();
        manager = first.manager();
        for (int kind = 0; kind < method.optimizer().stateTensors(); kind++) {
            method.layers().positions(topology).forEach(position -> state.add(manager.zeros(new Shape(slots.get(position).shape()))));
        }

        stepCount.add(manager.zeros(new Shape()));
    }

    private GradientComputation chooseComputation() {
        if (replicas.size() == 1) {
            return new OneDeviceGradients(first);
        }

        final boolean isSynchronized = method.synchronizedBatchNorm() && method.layers() == TrainedLayers.ALL && topology instanceof final UNetTopology unet && unet.normalization() == Normalization.BATCH;
        return isSynchronized ? new SynchronizedGradients(engine, (UNetTopology) topology, replicas, method) : new DataParallelGradients(engine, replicas);
    }

    /**
     * On one device, in single precision.
     *
     * @param weights      to start from
     * @param gradientNorm gradients are scaled down to this norm over all parameters; 0 for no limit
     * @throws ai.djl.engine.EngineException if the loss's or the optimizer's text does not compile
     * @throws IllegalArgumentException      if the weights are another network's
     */
    public static TrainingNetwork open(final TorchEngine engine, final ComputeDevice device, final NetworkTopology topology, final WeightSource weights,
                                       final LossSource loss, final OptimizerSource optimizer, final double gradientNorm) {
        return open(engine, List.of(device), topology, weights, TrainingMethod.of(loss, optimizer, gradientNorm));
    }

    /**
     * @param devices that share each batch, at least one; the first one keeps the optimizer's state
     * @param weights to start from, which are copied to the device one after the other
     * @throws ai.djl.engine.EngineException if the loss's or the optimizer's text does not compile
     * @throws IllegalArgumentException      if the weights are another network's
     */
    public static TrainingNetwork open(final TorchEngine engine, final List<ComputeDevice> devices, final NetworkTopology topology, final WeightSource weights,
                                       final TrainingMethod method) {
        final TrainingNetwork network = new TrainingNetwork(engine, topology, method, openReplicas(engine, devices, topology, method));
        try {
            network.restoreWeights(weights);
            return network;
        } catch (final RuntimeException unfit) {
            network.close();
            throw unfit;
        }
    }

    private static List<TrainingReplica> openReplicas(final TorchEngine engine, final List<ComputeDevice> devices, final NetworkTopology topology, final TrainingMethod method) {
        final List<TrainingReplica> replicas = new ArrayList<>();
        try {
            for (final ComputeDevice device : devices) {
                final GradientText gradients = SliceGradientText.fastest(engine, topology, device, method.precision(), method.layers());
                replicas.add(TrainingReplica.open(engine, device, topology, new TrainingText(gradients, method).methods()));
            }

            return replicas;
        } catch (final RuntimeException refused) {
            replicas.forEach(TrainingReplica::close);
            throw refused;
        }
    }

    public NetworkTopology topology() {
        return topology;
    }

    /** @return a manager on the network's first device for the tensors of one step; the caller closes it */
    public NDManager newManager() {
        return manager.newSubManager();
    }

    /**
     * One step: forward, loss, gradients, update. In half precision a step whose gradients overflow changes no weight either, but
     * the loss's scale.
     *
     * @param batch        float32 [n][channel][z][y][x], in 2D [n][channel][y][x]
     * @param target       handed to the loss
     * @param learningRate of this step
     * @return the loss before the update; if it is not finite, no weight was changed. NaN too if gradients overflow however small the loss's scale.
     */
    public double step(final NDArray batch, final NDArray target, final double learningRate) {
        try (NDManager work = newManager()) {
            final NDList computed = gradients(work, batch, target);
            final NDArray rate = work.create((float) learningRate);
            final NDList sound = first.script().call(work, "apply", ScriptArgument.of(computed.getFirst()), ScriptArgument.of(computed.subNDList(1)), ScriptArgument.of(rate),
                    ScriptArgument.of(stepCount.singletonOrThrow()), ScriptArgument.of(trainedWeights()), ScriptArgument.of(stateArgument(work)));
            final boolean isTaken = sound.singletonOrThrow().getFloat() == 1;
            final double loss = computed.getFirst().getFloat();
            return method.precision() == Precision.FP16 ? rescaled(loss, isTaken) : loss;
        }
    }

    private NDList trainedWeights() {
        return new NDList(method.layers().positions(topology).stream().map(first.weights()::get).toList());
    }

    /** Scripts cannot be handed an empty list: an optimizer without state gets one tensor that it does not look at. */
    private NDList stateArgument(final NDManager work) {
        return state.isEmpty() ? new NDList(work.zeros(new Shape())) : state;
    }

    private double rescaled(final double loss, final boolean isTaken) {
        if (Double.isFinite(loss)) {
            lossScale = isTaken ? lossScale.afterGoodStep() : lossScale.afterOverflow();
        }

        return lossScale.isExhausted() ? Double.NaN : loss;
    }

    /**
     * The loss and its gradients, averaged over the devices, changing nothing (batch normalization's running averages excepted).
     *
     * @return the loss, then the gradient of each parameter that is trained, in the weights' order; the next call may write over the gradients
     */
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target) {
        return computation.gradients(results, batch, target, lossScale.factor());
    }

    /** @return the loss of a batch, changing nothing (batch normalization's running averages excepted) */
    public double loss(final NDArray batch, final NDArray target) {
        try (NDManager work = newManager()) {
            return first.script().call(work, "evaluate", ScriptArgument.of(batch), ScriptArgument.of(target), ScriptArgument.of(first.weights())).singletonOrThrow().getFloat();
        }
    }

    /** @return logits: the full resolution, then the deep supervision heads from finer to coarser, each at its own size */
    public NDList outputs(final NDManager results, final NDArray batch) {
        return first.script().call(results, "outputs", ScriptArgument.of(first.weights()), ScriptArgument.of(batch));
    }

    /**
     * The network as it predicts, sharing the weights: to be closed before the next step, and before this network.
     *
     * @return a network on the first device, whose closing leaves this one as it is
     */
    public SegmentationNetwork predictor() {
        // On a CPU single precision is the fastest, and the function is the same.
        final Precision precision = first.device().isCuda() ? method.precision() : Precision.FP32;
        return ScriptNetwork.open(engine, first.device(), NetworkLoader.formFor(engine, topology, first.device(), precision), first.weights());
    }

    /** Gives up memory that is kept from step to step; the next step takes it again. */
    public void release() {
        replicas.forEach(TrainingReplica::release);
    }

    /** @return a copy of the weights */
    public NetworkWeights weights() {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            final WeightLayout.Slot slot = slots.get(i);
            entries.add(new NetworkWeights.Entry(slot.name(), slot.shape(), first.weights().get(i).toFloatArray(), slot.role().isParameter()));
        }

        return new NetworkWeights(entries);
    }

    /**
     * @param source of weights, which are copied to the device one after the other
     * @throws IllegalArgumentException if they are another network's; the network then keeps those that it has
     */
    public void restoreWeights(final WeightSource source) {
        first.replaceWeights(source);
    }

    /** @return a copy of what the optimizer remembers */
    public OptimizerState optimizerState() {
        return new OptimizerState((long) stepCount.singletonOrThrow().getFloat(), state.stream().map(NDArray::toFloatArray).toList(), lossScale);
    }

    /** The optimizer forgets everything, as if there had been no step. */
    public void resetOptimizer() {
        for (int i = 0; i < state.size(); i++) {
            state.set(i, manager.zeros(state.get(i).getShape())).close();
        }

        stepCount.set(0, manager.zeros(new Shape())).close();
        lossScale = LossScale.initial();
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
            state.set(i, TensorLoader.copyOf(manager, values.tensors().get(i), state.get(i).getShape().getShape())).close();
        }

        stepCount.set(0, TensorLoader.copyOf(manager, new float[] {values.steps()}, new long[0])).close();
        lossScale = values.lossScale();
    }

    @Override
    public void close() {
        computation.close();
        replicas.forEach(TrainingReplica::close);
    }
}
