/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.util.Optional;

/**
 * Puts the predictions of several models for one case back into the grid of the scan and averages their probabilities
 * there, as nnU-Net does: each model's logits are resized and made probabilities by themselves, the class is that of the
 * largest mean, and a region is where its mean is above one half. In memory are the mean and the logits of one model.
 */
public final class EnsembleRestoration {
    private final ScanRestoration restoration;
    private final OutputActivation activation;
    private final Shape prepared;
    private final CaseHistory history;
    private final SliceTeam team;
    private final ScanPlacement placement;
    private final MeanProbabilities probabilities;
    private int models;

    EnsembleRestoration(final ScanRestoration restoration, final OutputActivation activation, final Shape prepared, final CaseHistory history, final SliceTeam team)
            throws CaseException {
        this.restoration = restoration;
        this.activation = activation;
        this.prepared = prepared;
        this.history = history;
        this.team = team;
        this.placement = ScanPlacement.of(prepared, history);
        this.probabilities = new MeanProbabilities(activation, placement);
    }

    /**
     * @param logits one model's, on the prepared grid, not changed
     * @throws CaseException if the outputs are not those of the classes
     */
    public void add(final Logits logits) throws CaseException {
        restoration.requireOutputs(logits, prepared);
        probabilities.add(placement.restored(logits.volumes(), team));
        models++;
    }

    /**
     * Ends the ensemble.
     *
     * @param withProbabilities whether the mean probabilities are kept beside the label
     */
    public Segmentation segmentation(final boolean withProbabilities) {
        if (models == 0) {
            throw new IllegalStateException("An ensemble has at least one model");
        }

        final float[][] means = probabilities.take();
        return new Segmentation(history.scan(), label(means), withProbabilities ? Optional.of(means) : Optional.empty());
    }

    private byte[] label(final float[][] means) {
        final LabelPainter painter = LabelPainter.ofProbabilities(activation);
        final int row = placement.scan().width();
        final byte[] label = new byte[placement.scan().voxels()];
        final float[] best = new float[row];
        for (int start = 0; start < label.length; start += row) {
            for (int output = 0; output < means.length; output++) {
                painter.paint(output, means[output], start, best, 0, label, start, row);
            }
        }

        return label;
    }
}
