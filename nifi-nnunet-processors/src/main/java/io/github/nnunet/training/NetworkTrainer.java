/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.AdamW;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.InitialWeights;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.OptimizerSource;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TrainingMethod;
import io.github.nnunet.network.TrainingNetwork;
import io.github.nnunet.network.WeightSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A network on a device, or on several, with its loss, its optimiser and, if wanted, the running average of its weights. */
final class NetworkTrainer implements AutoCloseable {
    private static final long WEIGHTS_STREAM = -2;

    private final TorchEngine engine;
    private final List<ComputeDevice> devices;
    private final NetworkTopology topology;
    private final Plan plan;
    private final TrainingSettings settings;
    private final TrainingNetwork network;
    private Optional<WeightsAverage> average;

    /** Begins with untrained weights, which follow from the settings' seed. */
    NetworkTrainer(final TorchEngine engine, final List<ComputeDevice> devices, final NetworkTopology topology, final Plan plan, final TrainingSettings settings) {
        this.engine = engine;
        this.devices = List.copyOf(devices);
        this.topology = topology;
        this.plan = plan;
        this.settings = settings;
        final LossScript loss = new LossScript(settings.loss(), topology.outputChannels(), topology.dimensions(), topology.deepSupervisionHeads());
        final TrainingMethod method = new TrainingMethod(loss, optimizer(settings.optimizer()), settings.optimizer().gradientClip(), settings.compute().precision(),
                settings.compute().synchronizedBatchNorm(), settings.optimizer().layers());
        this.network = TrainingNetwork.open(engine, devices, topology, initialWeights(settings), method);
        this.average = averageFrom(network::weights, 0);
    }

    /** @return the untrained weights that a training with these settings begins with */
    static WeightSource initialWeights(final TrainingSettings settings) {
        return new InitialWeights(SampleRandom.of(settings.seed(), 0, WEIGHTS_STREAM));
    }

    private static OptimizerSource optimizer(final OptimizerSettings settings) {
        return switch (settings.kind()) {
            case ADAM -> AdamW.withWeightDecay(settings.weightDecay());
            case SGD -> new SgdMomentum(settings.momentum(), settings.weightDecay());
        };
    }

    /** @param start copied from the network only where there is an average */
    private Optional<WeightsAverage> averageFrom(final Supplier<NetworkWeights> start, final long updates) {
        final double decay = settings.validation().weightsAveraging();
        return decay > 0 ? Optional.of(new WeightsAverage(decay, start.get(), updates)) : Optional.empty();
    }

    /**
     * Goes back to the beginning.
     *
     * @param initialModel a file with weights to begin from; weights that it does not have begin untrained
     * @return what was taken over from the file, if there is one
     * @throws CaseException if nothing in it fits
     */
    Optional<TransferReport> reset(final Optional<Path> initialModel) throws IOException, CaseException {
        final Optional<WeightTransfer> transfer = initialModel.isPresent()
                ? Optional.of(new InitialModel(initialModel.get()).into(NetworkWeights.of(topology, initialWeights(settings)), engine))
                : Optional.empty();
        requireFrozenWeights(transfer);
        network.restoreWeights(transfer.isPresent() ? transfer.get().weights() : initialWeights(settings));
        network.resetOptimizer();
        average = averageFrom(network::weights, 0);
        return transfer.map(WeightTransfer::report);
    }

    /** Layers that nothing trains must have been trained before. */
    private void requireFrozenWeights(final Optional<WeightTransfer> transfer) throws CaseException {
        final List<String> frozen = settings.optimizer().layers().frozen(topology);
        if (frozen.isEmpty()) {
            return;
        }

        if (transfer.isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "Only the outputs are trained, and there is no model that the weights of the other layers come from: name one in Initial Model, or set Trained Layers to all");
        }

        final Set<String> loaded = new HashSet<>(transfer.get().report().loaded());
        final List<String> untrained = frozen.stream().filter(name -> !loaded.contains(name)).toList();
        if (!untrained.isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "Only the outputs are trained, but %d weights of the other layers, such as %s, are not in %s or have another shape there: choose a model of the same network, or set Trained Layers to all"
                            .formatted(untrained.size(), untrained.getFirst(), transfer.get().report().source()));
        }
    }

    /** Goes on from a checkpoint of the same topology and optimiser. */
    void restore(final Checkpoint checkpoint) {
        network.restoreWeights(checkpoint.weights());
        network.restoreOptimizer(checkpoint.optimizer());
        average = averageFrom(() -> checkpoint.average().orElse(checkpoint.weights()), checkpoint.state().steps());
    }

    /**
     * One step of the optimiser.
     *
     * @return the loss before it; if it is not a number, no weight was changed
     */
    double step(final TrainingBatch batch, final double learningRate) {
        try (NDManager work = network.newManager()) {
            final NDArray images = work.create(batch.imageBytes().rewind(), sizes(topology.inputChannels()), DataType.FLOAT32);
            final NDArray targets = work.create(batch.targets().rewind(), sizes(1), DataType.UINT8);
            final double loss = network.step(images, targets, learningRate);
            average.ifPresent(running -> running.add(network.weights()));
            return loss;
        }
    }

    private Shape sizes(final int channels) {
        final int patches = settings.sampling().batchSize();
        if (plan.dimensions() == 2) {
            return new Shape(patches, channels, plan.patch().height(), plan.patch().width());
        }

        return new Shape(patches, channels, plan.patch().depth(), plan.patch().height(), plan.patch().width());
    }

    /** @return a manager for tensors on the network's device; the caller closes it */
    NDManager newManager() {
        return network.newManager();
    }

    /** Gives up memory of the device that is kept from step to step; the next step takes it again. */
    void release() {
        network.release();
    }

    /** @return the network as it is scored, with averaged weights if there are any; to be closed before the next step */
    SegmentationNetwork scored() {
        if (average.isPresent()) {
            return new NetworkLoader(engine).open(topology, average.get().weights(), devices.getFirst());
        }

        return network.predictor();
    }

    /** @return the weights of {@link #scored} */
    NetworkWeights scoredWeights() {
        return average.map(WeightsAverage::weights).orElseGet(network::weights);
    }

    Checkpoint checkpoint(final TrainingJob job, final TrainingState state) {
        return new Checkpoint(topology, job, state, network.weights(), average.map(WeightsAverage::weights), network.optimizerState());
    }

    @Override
    public void close() {
        network.close();
    }
}
