/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDManager;
import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedMeta;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.Blend;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.inference.SlidingWindow;
import io.github.nnunet.inference.WindowProgress;
import io.github.nnunet.inference.WindowSettings;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.volume.Shape;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Scores a network on prepared cases: sliding windows, then the Dice of each class, averaged over the cases. */
final class Validation {
    private static final double NANOS = 1e9;

    private final List<PreparedCase> cases;
    private final TargetMap targets;
    private final ValidationSettings settings;
    private final WindowSettings windows;
    private final LongSupplier nanoTime;

    /**
     * @param cases    all validation cases; if the settings want fewer, they are taken evenly
     * @param patch    size of a window
     * @param nanoTime a clock for the limit of time
     */
    Validation(final List<PreparedCase> cases, final TargetMap targets, final Shape patch, final ValidationSettings settings, final LongSupplier nanoTime) {
        this.cases = settings.cases() == 0 || settings.cases() >= cases.size() ? List.copyOf(cases) : spread(cases, settings.cases());
        this.targets = targets;
        this.settings = settings;
        this.windows = new WindowSettings(patch, settings.overlap(), settings.gaussian() ? Blend.GAUSSIAN : Blend.CONSTANT, settings.batchSize(), settings.mirrored());
        this.nanoTime = nanoTime;
    }

    private static List<PreparedCase> spread(final List<PreparedCase> cases, final int count) {
        final List<PreparedCase> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(cases.get((int) ((long) i * cases.size() / count)));
        }

        return List.copyOf(chosen);
    }

    /** @return how many cases are scored each time */
    int caseCount() {
        return cases.size();
    }

    /**
     * @param outputs of the network
     * @return bytes of heap that the largest case takes: its channels, the logits of all outputs, the weights of the windows, label and targets;
     *         on the scan's grid, label and targets there, a slice of each output, and the logits without their padding
     */
    double neededBytes(final int outputs) {
        return cases.stream().mapToDouble(scored -> switch (settings.grid()) {
            case PREPARED -> windowBytes(scored, outputs);
            case ORIGINAL -> Math.max(windowBytes(scored, outputs), scanBytes(scored, outputs));
        }).max().orElse(0);
    }

    private static double windowBytes(final PreparedCase scored, final int outputs) {
        // Many outputs are added up in half precision, and are there in both when they are converted.
        final int halves = outputs < Logits.MANY_OUTPUTS ? 0 : outputs;
        return (double) scored.shape().voxels() * (Float.BYTES * (scored.channels() + outputs + 1.0) + Short.BYTES * halves + 2);
    }

    private static double scanBytes(final PreparedCase scored, final int outputs) {
        final PreparedMeta meta = scored.meta().orElseThrow();
        final Shape unpadded = meta.padding().orElseThrow().from();
        final double copied = unpadded.equals(scored.shape()) ? 0 : unpadded.voxels();
        final double slice = (double) meta.cropped().height() * meta.cropped().width();
        return Float.BYTES * ((double) scored.shape().voxels() * (scored.channels() + outputs) + outputs * (copied + slice)) + 2.0 * meta.original().voxels();
    }

    /**
     * @return mean Dice of each class, 0 to 1
     * @throws CancellationException if cancelled
     */
    List<ClassDice> score(final SegmentationNetwork network, final NDManager manager, final BooleanSupplier cancelled, final StepListener listener) throws CaseException {
        final long begin = nanoTime.getAsLong();
        final double[] sums = new double[targets.names().size()];
        int done = 0;
        for (final PreparedCase scored : cases) {
            final double[] dice = scoreCase(network, manager, scored, cancelled);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += dice[i];
            }

            done++;
            listener.validated(done, cases.size());
            if (settings.maximumSeconds() > 0 && (nanoTime.getAsLong() - begin) / NANOS >= settings.maximumSeconds()) {
                break;
            }
        }

        final List<ClassDice> means = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            means.add(new ClassDice(targets.names().get(i), sums[i] / done));
        }

        return List.copyOf(means);
    }

    private double[] scoreCase(final SegmentationNetwork network, final NDManager manager, final PreparedCase scored, final BooleanSupplier cancelled) throws CaseException {
        final float[][] channels = new float[scored.channels()][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = scored.channel(channel);
        }

        final float[][] logits = SlidingWindow.predict(network, manager, channels, scored.shape(), windows, cancelled, WindowProgress.NONE).volumes();
        return switch (settings.grid()) {
            case PREPARED -> targets.score(logits, targets.targets(scored.label()));
            case ORIGINAL -> scoreInScan(logits, scored);
        };
    }

    private double[] scoreInScan(final float[][] logits, final PreparedCase scored) throws CaseException {
        final ScanLabel label = ScanLabel.of(scored);
        final TargetOverlap overlap = targets.overlap(targets.targets(label.values()));
        label.restoration().forEachRow(logits, overlap::add);
        return overlap.dice();
    }
}
