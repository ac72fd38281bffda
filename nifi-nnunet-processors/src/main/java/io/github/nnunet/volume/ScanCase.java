/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import java.util.List;
import java.util.Optional;

/**
 * One case: the channels of a scan (modalities, or a derived mask), all on one grid, with its label map if it has one.
 * Arrays are flat in [z][y][x] order and belong to the case: whoever makes the case hands them over, whoever reads
 * them does not write.
 */
public final class ScanCase implements SlicedCase {
    private final List<String> channelNames;
    private final float[][] channels;
    private final byte[] label;
    private final Geometry geometry;
    private final CaseHistory history;

    /**
     * @param channelNames a name for each channel
     * @param channels     [channel][z*y*x]
     * @param label        unsigned class values [z*y*x], or null where there is none
     * @param geometry     the grid of channels and label
     * @param history      what was done so far
     */
    public ScanCase(final List<String> channelNames, final float[][] channels, final byte[] label, final Geometry geometry, final CaseHistory history) {
        if (channels.length == 0 || channelNames.size() != channels.length) {
            throw new IllegalArgumentException("%d channels with %d names".formatted(channels.length, channelNames.size()));
        }

        final int voxels = geometry.shape().voxels();
        for (final float[] channel : channels) {
            requireLength(voxels, channel.length);
        }

        if (label != null) {
            requireLength(voxels, label.length);
        }

        this.channelNames = List.copyOf(channelNames);
        this.channels = channels;
        this.label = label;
        this.geometry = geometry;
        this.history = history;
    }

    private static void requireLength(final int voxels, final int length) {
        if (length != voxels) {
            throw new IllegalArgumentException("An array of %d for a grid of %d voxels".formatted(length, voxels));
        }
    }

    @Override
    public List<String> channelNames() {
        return channelNames;
    }

    /** @return the channels themselves, [channel][z*y*x], not a copy */
    public float[][] channels() {
        return channels;
    }

    public float[] channel(final int index) {
        return channels[index];
    }

    @Override
    public SliceSource slices(final int channel) {
        final int area = shape().height() * shape().width();
        return (z, target, offset) -> System.arraycopy(channels[channel], z * area, target, offset, area);
    }

    /** @return the label itself, unsigned bytes [z*y*x], not a copy */
    @Override
    public Optional<byte[]> label() {
        return Optional.ofNullable(label);
    }

    @Override
    public Geometry geometry() {
        return geometry;
    }

    public Shape shape() {
        return geometry.shape();
    }

    @Override
    public CaseHistory history() {
        return history;
    }
}
