/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.ForwardPasses;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.NetworkLoader;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.OperatorTrace;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.training.BatchSupply;
import io.github.nnunet.training.NetworkChoice;
import io.github.nnunet.training.TrainingSettings;
import io.github.nnunet.training.TrainingSteps;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Times the network of a plan, in training or in prediction. */
public final class NetworkBenchmark {
    private final TorchEngine engine;
    private final List<ComputeDevice> devices;
    private final Plan plan;
    private final TrainingSettings settings;
    private final BenchmarkLength length;
    private final boolean isTraced;
    private final LongSupplier nanoTime;
    private final InstantSource clock;

    /**
     * @param devices  that share the patches of a training step; a prediction uses the first
     * @param settings what network training would build, and its batch size
     * @param isTraced whether one more batch, after those that are timed, is recorded operator by operator
     * @param nanoTime measures, as System.nanoTime
     * @param clock    dates the log
     */
    public NetworkBenchmark(final TorchEngine engine, final List<ComputeDevice> devices, final Plan plan, final TrainingSettings settings, final BenchmarkLength length,
                            final boolean isTraced, final LongSupplier nanoTime, final InstantSource clock) {
        this.engine = engine;
        this.devices = List.copyOf(devices);
        this.plan = plan;
        this.settings = settings;
        this.length = length;
        this.isTraced = isTraced;
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    /**
     * Times steps of a training that begins with untrained weights.
     *
     * @param cancelled asked before each batch
     * @return empty if the benchmark was cancelled, or its thread interrupted
     * @throws CaseException if there can be no such network, or libtorch fails
     */
    public Optional<BenchmarkResult> train(final BatchSupply batches, final BooleanSupplier cancelled) throws CaseException, IOException {
        try (TrainingSteps steps = TrainingSteps.open(engine, devices, plan, settings)) {
            return measure(BenchmarkMode.TRAIN, () -> batches.useNext(steps::step), cancelled);
        } catch (final IllegalArgumentException impossible) {
            throw impossibleNetwork(impossible);
        }
    }

    private CaseException impossibleNetwork(final IllegalArgumentException cause) {
        return new CaseException(FaultCategory.UNSUPPORTED, "The plan %s has no network with these settings: %s".formatted(plan.name(), cause.getMessage()), cause);
    }

    /** Times forward passes of the network that training would begin with; else as {@link #train}. */
    public Optional<BenchmarkResult> predict(final BatchSupply batches, final BooleanSupplier cancelled) throws CaseException, IOException {
        try (SegmentationNetwork untrained = untrained()) {
            return predict(untrained, batches, cancelled);
        }
    }

    private SegmentationNetwork untrained() throws CaseException {
        try {
            final NetworkTopology topology = NetworkChoice.topology(settings, plan);
            return new NetworkLoader(engine, settings.compute().precision()).open(topology, NetworkWeights.initial(topology, new SplittableRandom(settings.seed())), devices.getFirst());
        } catch (final IllegalArgumentException impossible) {
            throw impossibleNetwork(impossible);
        }
    }

    /** Times forward passes of a network that is there already; else as {@link #train}. */
    public Optional<BenchmarkResult> predict(final SegmentationNetwork network, final BatchSupply batches, final BooleanSupplier cancelled)
            throws CaseException, IOException {
        final ForwardPasses passes = new ForwardPasses(engine, network, plan, batchSize());
        return measure(BenchmarkMode.PREDICT, () -> batches.useNext(batch -> passes.pass(batch.imageBytes())), cancelled);
    }

    private int batchSize() {
        return settings.sampling().batchSize();
    }

    private Optional<BenchmarkResult> measure(final BenchmarkMode mode, final BatchWork work, final BooleanSupplier cancelled) throws CaseException, IOException {
        final long begin = clock.millis();
        try {
            final Optional<double[]> times = new BatchTimes(length, nanoTime).measure(work, cancelled);
            if (times.isEmpty()) {
                return Optional.empty();
            }

            final long end = clock.millis();
            final Optional<byte[]> trace = isTraced ? Optional.of(OperatorTrace.of(devices.getFirst(), work::run)) : Optional.empty();
            final BenchmarkFigures figures = BenchmarkFigures.of(times.get(), batchSize());
            return Optional.of(new BenchmarkResult(figures, BenchmarkLog.write(mode, parameters(mode), figures, begin, end), trace));
        } catch (final InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (final RuntimeException failure) {
            throw new CaseException(FaultCategory.ENGINE, "The benchmark failed: %s. If memory ran out, choose a smaller batch size or fewer filters.".formatted(failure.getMessage()), failure);
        }
    }

    private Map<String, Object> parameters(final BenchmarkMode mode) {
        final Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("mode", mode.word());
        parameters.put("libtorch", engine.version());
        parameters.put("device", devices.stream().map(ComputeDevice::name).collect(Collectors.joining(", ")));
        parameters.put("threads", engine.threads());
        parameters.put("plan", plan.name());
        parameters.put("dimensions", plan.dimensions());
        parameters.put("patch", plan.patch().toArray());
        parameters.put("input_channels", plan.inputChannels());
        parameters.put("batch_size", batchSize());
        parameters.put("batches", length.batches());
        parameters.put("warmup", length.warmup());
        parameters.put("precision", settings.compute().precision());
        parameters.put("network", settings.network());
        return parameters;
    }
}
