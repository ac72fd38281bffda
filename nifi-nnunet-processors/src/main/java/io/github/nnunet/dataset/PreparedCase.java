/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/** A prepared case with its voxels mapped into memory. Any number of threads may read it at once. Nothing needs closing. */
public final class PreparedCase {

    PreparedCase() {
    }

    public String id() {
        throw new UnsupportedOperationException();
    }

    public Shape shape() {
        throw new UnsupportedOperationException();
    }

    public int channels() {
        throw new UnsupportedOperationException();
    }

    /** @return how the case lies in its scan */
    public Optional<PreparedMeta> meta() {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies a region of a channel. Voxels outside the volume are 0.
     *
     * @param startZ first slice, may be negative
     * @param startY first row, may be negative
     * @param startX first column, may be negative
     * @param size   voxels to copy
     * @param target gets them in [z][y][x] order
     * @param offset where in the target
     */
    public void readRegion(final int channel, final int startZ, final int startY, final int startX, final Shape size, final float[] target, final int offset) {
        throw new UnsupportedOperationException();
    }

    /** Copies a region of the label, as {@link #readRegion} does. */
    public void readLabel(final int startZ, final int startY, final int startX, final Shape size, final byte[] target, final int offset) {
        throw new UnsupportedOperationException();
    }

    /** @return all voxels of a channel */
    public float[] channel(final int channel) {
        throw new UnsupportedOperationException();
    }

    /** @return the whole label, unsigned bytes */
    public byte[] label() {
        throw new UnsupportedOperationException();
    }

    /** @return the values above 0 that the label has */
    public SortedSet<Integer> foregroundValues() {
        throw new UnsupportedOperationException();
    }

    /** @return the smallest box with all voxels of that value, if there are any */
    public Optional<Box> boxOf(final int value) {
        throw new UnsupportedOperationException();
    }

    /** @return how many voxels have that value above 0 */
    public long countOf(final int value) {
        throw new UnsupportedOperationException();
    }

    /**
     * @param value one of {@link #foregroundValues}
     * @return [z][y][x] of a voxel of that value, each as likely as the other
     */
    public int[] randomVoxel(final int value, final RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /** @return the label in the scan's own grid ({@code meta().original()}), if it was stored */
    public Optional<byte[]> originalLabel() {
        throw new UnsupportedOperationException();
    }
}
