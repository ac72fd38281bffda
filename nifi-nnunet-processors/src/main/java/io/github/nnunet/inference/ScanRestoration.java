/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;

import java.util.Objects;
import java.util.Optional;

/**
 * Puts a prediction back into the grid of the scan: padding is taken away, the logits of each output are resized with
 * cubic splines to the cropped shape, the class is chosen, and the box is pasted into a volume of background. Where the
 * case was not resampled the class is chosen directly. However many outputs there are, one volume of logits of the scan's
 * size is in memory, unless probabilities are wanted. The reference gives voxels outside the box the same probability for every class; here they
 * are background for certain.
 */
public final class ScanRestoration {
    private final OutputActivation activation;
    private final LabelPainter painter;
    private final SliceTeam team;

    public ScanRestoration(final OutputActivation activation) {
        this(activation, SliceTeam.SINGLE);
    }

    /** @param team resizes slices together */
    public ScanRestoration(final OutputActivation activation, final SliceTeam team) {
        this.activation = Objects.requireNonNull(activation, "activation");
        this.painter = LabelPainter.ofLogits(activation);
        this.team = team;
    }

    /**
     * @param logits   on the prepared grid, not changed
     * @param prepared shape of the prepared grid
     * @param history  what preparation did
     * @return the label on the scan's grid
     * @throws CaseException if the history does not lead to the prepared shape, or the outputs are not those of the classes
     */
    public Segmentation restore(final Logits logits, final Shape prepared, final CaseHistory history) throws CaseException {
        requireOutputs(logits, prepared);
        final ScanPlacement placement = ScanPlacement.of(prepared, history);
        final byte[] label = placement.isResized() ? resizedLabel(logits, placement) : directLabel(logits, placement);
        return new Segmentation(history.scan(), label, Optional.empty());
    }

    /** As {@link #restore}, with the probability of each output at every voxel of the scan: one volume of floats an output. */
    public Segmentation restoreWithProbabilities(final Logits logits, final Shape prepared, final CaseHistory history) throws CaseException {
        requireOutputs(logits, prepared);
        final ScanPlacement placement = ScanPlacement.of(prepared, history);
        final float[][] restored = placement.restored(logits.volumes(), team);
        final byte[] label = directLabel(new Logits.Single(restored), placement);
        final MeanProbabilities probabilities = new MeanProbabilities(activation, placement);
        probabilities.add(restored);
        return new Segmentation(history.scan(), label, Optional.of(probabilities.take()));
    }

    /** @return what takes the logits of several models for the same prepared case, one after the other */
    public EnsembleRestoration ensemble(final Shape prepared, final CaseHistory history) throws CaseException {
        return new EnsembleRestoration(this, activation, prepared, history, team);
    }

    void requireOutputs(final Logits logits, final Shape prepared) throws CaseException {
        if (logits.outputs() != activation.outputs()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The model has %d outputs but the plan %d classes: use the plan that the model was trained with".formatted(logits.outputs(), activation.outputs()));
        }

        for (int output = 0; output < logits.outputs(); output++) {
            if (logits.voxels(output) != prepared.voxels()) {
                throw new IllegalArgumentException("%d logits for a grid of %s".formatted(logits.voxels(output), prepared));
            }
        }
    }

    /** Output by output and slice by slice, so that of resized logits only the largest of all outputs so far are there as a volume. */
    private byte[] resizedLabel(final Logits logits, final ScanPlacement placement) {
        final Shape shape = placement.restoredShape();
        final byte[] label = new byte[placement.scan().voxels()];
        final float[] best = new float[shape.voxels()];
        final float[] slice = new float[shape.height() * shape.width()];
        for (int output = 0; output < logits.outputs(); output++) {
            final SliceSource slices = placement.resizedSlices(logits.output(output), team);
            for (int z = 0; z < shape.depth(); z++) {
                slices.slice(z, slice, 0);
                for (int y = 0; y < shape.height(); y++) {
                    painter.paint(output, slice, y * shape.width(), best, shape.index(z, y, 0), label, placement.rowInScan(z, y), shape.width());
                }
            }
        }

        return label;
    }

    /** Row by row, so that the largest logits stay in the cache. */
    private byte[] directLabel(final Logits restored, final ScanPlacement placement) {
        final byte[] label = new byte[placement.scan().voxels()];
        final float[] best = new float[placement.restoredShape().width()];
        final float[] row = new float[placement.restoredShape().width()];
        placement.forEachRow((source, target, length) -> {
            for (int output = 0; output < restored.outputs(); output++) {
                restored.read(output, source, row, length);
                painter.paint(output, row, 0, best, 0, label, target, length);
            }
        });
        return label;
    }
}
