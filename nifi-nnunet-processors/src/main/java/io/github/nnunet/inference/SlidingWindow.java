/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.DeviceMemory;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.volume.Shape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Predicts a volume of any size window by window and blends the logits, as MONAI's sliding window inference does from
 * version 1.1 on. A 2D network sees slice after slice. Beside the volume there are in memory: a float for each output
 * and voxel (of many outputs half as much), one more for each voxel, and one batch of windows. Where the device's memory does not hold a batch, smaller ones follow.
 */
public final class SlidingWindow {
    private final SegmentationNetwork network;
    private final Shape volume;
    private final WindowSettings settings;
    private final WindowGrid grid;
    private final List<Flip> flips;
    private final WindowReader reader;
    private final WindowAccumulator accumulator;
    private final ByteBuffer inputBytes;
    private final FloatBuffer input;
    private final int windowFloats;

    private SlidingWindow(final SegmentationNetwork network, final float[][] channels, final Shape volume, final WindowSettings settings, final ImportanceMap importance) {
        final Shape roi = settings.roi();
        this.network = network;
        this.volume = volume;
        this.settings = settings;
        this.grid = WindowGrid.of(volume, roi, settings.overlap());
        this.flips = settings.testTimeAugmentation() ? Flip.all(network.dimensions()) : List.of(Flip.NONE);
        this.reader = new WindowReader(channels, volume, roi);
        this.accumulator = new WindowAccumulator(volume, grid, importance, network.outputChannels(), flips.size());
        this.windowFloats = Math.multiplyExact(channels.length, roi.voxels());
        final int batch = Math.min(settings.batch(), count());
        final int bytes = Math.multiplyExact(Math.multiplyExact(batch, windowFloats), Float.BYTES);
        this.inputBytes = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        this.input = inputBytes.asFloatBuffer();
    }

    /** As the longer form, heard by no one and never cancelled. */
    public static Logits predict(final SegmentationNetwork network, final NDManager manager, final float[][] channels, final Shape shape,
                                    final WindowSettings settings) throws CaseException {
        return predict(network, manager, channels, shape, settings, () -> false, WindowProgress.NONE);
    }

    /**
     * @param network   what predicts
     * @param manager   parent of the managers that each batch gets, on the network's device
     * @param channels  [channel][z*y*x]
     * @param shape     size of the volume
     * @param settings  windows and blending
     * @param cancelled asked before each batch
     * @param progress  told after each batch
     * @return logits [output][z*y*x], of many outputs in half precision
     * @throws CaseException         if the volume's channels are not the network's, or the network gives something else than finite logits
     * @throws CancellationException once cancelled
     */
    public static Logits predict(final SegmentationNetwork network, final NDManager manager, final float[][] channels, final Shape shape,
                                    final WindowSettings settings, final BooleanSupplier cancelled, final WindowProgress progress) throws CaseException {
        final ImportanceMap importance = ImportanceMap.of(settings.roi(), settings.blend());
        return predict(network, manager, channels, shape, settings, importance, cancelled, progress);
    }

    /** With weights of one's own, of the window's size. */
    static Logits predict(final SegmentationNetwork network, final NDManager manager, final float[][] channels, final Shape shape, final WindowSettings settings,
                             final ImportanceMap importance, final BooleanSupplier cancelled, final WindowProgress progress) throws CaseException {
        requireFitting(network, channels, settings);
        final SlidingWindow prediction = new SlidingWindow(network, channels, shape, settings, importance);
        return prediction.run(manager, cancelled, progress);
    }

    private static void requireFitting(final SegmentationNetwork network, final float[][] channels, final WindowSettings settings) throws CaseException {
        if (channels.length != network.inputChannels()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The case has %d channels, but the model was trained on %d: prepare the case with the plan of this model"
                    .formatted(channels.length, network.inputChannels()));
        }

        if (network.dimensions() == 2 && settings.roi().depth() != 1) {
            throw new IllegalArgumentException("A window of a 2D network has depth 1, not %s".formatted(settings.roi()));
        }
    }

    private Logits run(final NDManager manager, final BooleanSupplier cancelled, final WindowProgress progress) throws CaseException {
        int batch = settings.batch();
        int done = 0;
        while (done < count()) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("The prediction was cancelled after %d of %d windows".formatted(done, count()));
            }

            final int windows = Math.min(batch, count() - done);
            try {
                predictBatch(manager, done, windows);
                done += windows;
                progress.predicted(done, count());
            } catch (final EngineException failure) {
                batch = smallerBatch(windows, failure);
                progress.reduced(batch);
            }
        }

        if (!accumulator.isFinite()) {
            throw new CaseException(FaultCategory.ENGINE,
                    "The model gives values that are not finite for this volume of %s voxels: check the model and the preparation of the case".formatted(volume));
        }

        return accumulator.logits();
    }

    /** @return how many windows to try after so many were too much for the device's memory; any other failure is thrown again */
    private int smallerBatch(final int windows, final EngineException failure) {
        if (windows == 1 || !DeviceMemory.isExhausted(failure)) {
            throw failure;
        }

        DeviceMemory.releaseKept(network.device());
        return windows / 2;
    }

    /** @return windows of all passes */
    private int count() {
        return Math.multiplyExact(grid.count(), flips.size());
    }

    private void predictBatch(final NDManager manager, final int first, final int batch) throws CaseException {
        for (int i = 0; i < batch; i++) {
            reader.read(start(first + i), flip(first + i), input, i * windowFloats);
        }

        try (NDManager work = manager.newSubManager()) {
            final ByteBuffer filled = inputBytes.slice(0, batch * windowFloats * Float.BYTES).order(ByteOrder.nativeOrder());
            final NDArray windows = WindowTensor.of(work, filled, sizes(batch, windowFloats / settings.roi().voxels()));
            final NDArray output = network.forward(work, windows);
            requireLogits(output, batch);
            final FloatBuffer logits = WindowTensor.values(output);
            final int outputFloats = Math.multiplyExact(network.outputChannels(), settings.roi().voxels());
            for (int i = 0; i < batch; i++) {
                accumulator.add(start(first + i), flip(first + i), logits, i * outputFloats);
            }
        }
    }

    private int[] start(final int window) {
        return grid.start(window % grid.count());
    }

    private Flip flip(final int window) {
        return flips.get(window / grid.count());
    }

    /** @return sizes of a tensor of windows: [n][channel][z][y][x], in 2D [n][channel][y][x] */
    private long[] sizes(final int batch, final int channels) {
        final Shape roi = settings.roi();
        if (network.dimensions() == 2) {
            return new long[] {batch, channels, roi.height(), roi.width()};
        }

        return new long[] {batch, channels, roi.depth(), roi.height(), roi.width()};
    }

    private void requireLogits(final NDArray output, final int batch) throws CaseException {
        final long[] expected = sizes(batch, network.outputChannels());
        final long[] actual = output.getShape().getShape();
        if (!Arrays.equals(expected, actual)) {
            throw new CaseException(FaultCategory.ENGINE, "For windows of %s voxels the model gives a tensor of %s instead of %s: choose a segmentation model, and a window that it can halve evenly"
                    .formatted(settings.roi(), Arrays.toString(actual), Arrays.toString(expected)));
        }
    }
}
