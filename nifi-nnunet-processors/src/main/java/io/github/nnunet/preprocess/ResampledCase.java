/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.SlicedCase;

import java.util.List;
import java.util.Optional;

/**
 * A case on another grid. Channels are resampled as their slices are asked for; beside the case that it comes from and the
 * label there are in memory one slice and what resizing one channel takes.
 */
final class ResampledCase implements SlicedCase {
    private final ScanCase source;
    private final Shape shape;
    private final boolean anisotropic;
    private final CaseHistory history;
    private final SliceTeam team;
    private final byte[] label;

    /**
     * @param source      the case as it was
     * @param shape       of the new grid, which covers the same space
     * @param anisotropic whether slices are resized each by itself
     * @param history     with this step
     * @param team        works on slices together
     */
    ResampledCase(final ScanCase source, final Shape shape, final boolean anisotropic, final CaseHistory history, final SliceTeam team) {
        this.source = source;
        this.shape = shape;
        this.anisotropic = anisotropic;
        this.history = history;
        this.team = team;
        this.label = source.label().map(this::resized).orElse(null);
    }

    private byte[] resized(final byte[] voxels) {
        if (!anisotropic) {
            return LabelResize.resize(voxels, source.shape(), shape, team);
        }

        return NearestResize.resize(LabelResize.resize(voxels, source.shape(), slices(), team), slices(), shape);
    }

    /** @return the shape once slices are resized, and not yet repeated or left out */
    private Shape slices() {
        return new Shape(source.shape().depth(), shape.height(), shape.width());
    }

    @Override
    public List<String> channelNames() {
        return source.channelNames();
    }

    @Override
    public Optional<byte[]> label() {
        return Optional.ofNullable(label);
    }

    @Override
    public Geometry geometry() {
        return source.geometry().resized(shape);
    }

    @Override
    public CaseHistory history() {
        return history;
    }

    @Override
    public SliceSource slices(final int channel) {
        final float[] image = source.channel(channel);
        if (!anisotropic) {
            return CubicResize.interpolated(image, source.shape(), shape, team);
        }

        final int[] wanted = NearestResize.nearest(source.shape().depth(), shape.depth());
        return NearestResize.slices(CubicResize.interpolatedSlices(image, source.shape(), shape.height(), shape.width(), wanted, team), slices(), shape);
    }
}
