/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/** A prepared case with its voxels mapped into memory. Any number of threads may read it at once. Nothing needs closing. */
public final class PreparedCase {
    private final PreparedFiles files;
    private final MappedArray image;
    private final MappedArray label;
    private final LabelIndex index;
    private final Optional<PreparedMeta> meta;

    private PreparedCase(final PreparedFiles files, final MappedArray image, final MappedArray label, final LabelIndex index, final Optional<PreparedMeta> meta) {
        this.files = files;
        this.image = image;
        this.label = label;
        this.index = index;
        this.meta = meta;
    }

    static PreparedCase open(final PreparedFiles files) throws IOException, CaseException {
        final MappedArray image = MappedArray.open(files.image(), NpyFile.ElementType.FLOAT32);
        final MappedArray label = MappedArray.open(files.label(), NpyFile.ElementType.UINT8);
        if (label.channels() != 1 || !label.shape().equals(image.shape())) {
            throw new CaseException(FaultCategory.LABEL, "%s has the shape %s and its image %s; prepare the case again".formatted(files.label(), label.shape(), image.shape()));
        }

        final Optional<PreparedMeta> meta = Files.exists(files.meta())
                ? Optional.of(PreparedMeta.of(NpyFile.read(files.meta()), files.meta()))
                : Optional.empty();
        return new PreparedCase(files, image, label, index(files, label), meta);
    }

    /** A folder that the reference's preprocessing made has no index. */
    private static LabelIndex index(final PreparedFiles files, final MappedArray label) throws IOException {
        final Shape shape = label.shape();
        if (Files.exists(files.index())) {
            return LabelIndex.read(files.index(), shape.depth());
        }

        return LabelIndex.of(shape, (z, slice) -> label.readBytes(0, z, 0, 0, slice, 0, slice.length));
    }

    public String id() {
        return files.id();
    }

    public Shape shape() {
        return image.shape();
    }

    public int channels() {
        return image.channels();
    }

    /** @return how the case lies in its scan; empty if the folder was made by the reference's training preparation */
    public Optional<PreparedMeta> meta() {
        return meta;
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
        Objects.checkIndex(channel, image.channels());
        Objects.checkFromIndexSize(offset, size.voxels(), target.length);
        final RowSpan span = RowSpan.of(startX, size.width(), shape().width());
        if (!span.covers(size, startZ, startY, shape())) {
            Arrays.fill(target, offset, offset + size.voxels(), 0);
        }

        for (int z = Math.max(0, -startZ); z < Math.min(size.depth(), shape().depth() - startZ); z++) {
            for (int y = Math.max(0, -startY); y < Math.min(size.height(), shape().height() - startY); y++) {
                if (span.length() > 0) {
                    image.readFloats(channel, startZ + z, startY + y, startX + span.start(), target, offset + size.index(z, y, span.start()), span.length());
                }
            }
        }
    }

    /** Copies a region of the label, unsigned bytes, as {@link #readRegion} does. */
    public void readLabel(final int startZ, final int startY, final int startX, final Shape size, final byte[] target, final int offset) {
        Objects.checkFromIndexSize(offset, size.voxels(), target.length);
        final RowSpan span = RowSpan.of(startX, size.width(), shape().width());
        if (!span.covers(size, startZ, startY, shape())) {
            Arrays.fill(target, offset, offset + size.voxels(), (byte) 0);
        }

        for (int z = Math.max(0, -startZ); z < Math.min(size.depth(), shape().depth() - startZ); z++) {
            for (int y = Math.max(0, -startY); y < Math.min(size.height(), shape().height() - startY); y++) {
                if (span.length() > 0) {
                    label.readBytes(0, startZ + z, startY + y, startX + span.start(), target, offset + size.index(z, y, span.start()), span.length());
                }
            }
        }
    }

    /**
     * The part of a region's row that is inside the volume.
     *
     * @param start  from the region's first column
     * @param length 0 if the region is beside the volume
     */
    private record RowSpan(int start, int length) {

        static RowSpan of(final int startX, final int regionWidth, final int volumeWidth) {
            final int start = Math.max(0, -startX);
            final int end = Math.min(regionWidth, volumeWidth - startX);
            return new RowSpan(start, Math.max(0, end - start));
        }

        boolean covers(final Shape region, final int startZ, final int startY, final Shape volume) {
            return length == region.width()
                    && startZ >= 0
                    && startY >= 0
                    && startZ + region.depth() <= volume.depth()
                    && startY + region.height() <= volume.height();
        }
    }

    /** @return all voxels of a channel */
    public float[] channel(final int channel) {
        final float[] values = new float[shape().voxels()];
        readRegion(channel, 0, 0, 0, shape(), values, 0);
        return values;
    }

    /** @return the whole label, unsigned bytes */
    public byte[] label() {
        final byte[] values = new byte[shape().voxels()];
        readLabel(0, 0, 0, shape(), values, 0);
        return values;
    }

    /** @return the values above 0 that the label has */
    public SortedSet<Integer> foregroundValues() {
        return index.values();
    }

    /** @return the smallest box with all voxels of that value above 0, if there are any */
    public Optional<Box> boxOf(final int value) {
        return index.boxOf(value);
    }

    /** @return how many voxels have that value above 0 */
    public long countOf(final int value) {
        return index.countOf(value);
    }

    /**
     * @param value one of {@link #foregroundValues}
     * @return [z][y][x] of a voxel of that value, each as likely as the other
     */
    public int[] randomVoxel(final int value, final RandomGenerator random) {
        final LabelIndex.Place place = index.place(value, random.nextLong(Math.max(1, index.countOf(value))));
        final byte[] slice = new byte[shape().height() * shape().width()];
        label.readBytes(0, place.slice(), 0, 0, slice, 0, slice.length);
        long left = place.rank();
        for (int voxel = 0; voxel < slice.length; voxel++) {
            if ((slice[voxel] & 0xff) == value && left-- == 0) {
                return new int[] {place.slice(), voxel / shape().width(), voxel % shape().width()};
            }
        }

        throw new IllegalStateException("%s does not fit %s; prepare the case again".formatted(files.index(), files.label()));
    }

    public boolean hasOriginalLabel() {
        return Files.exists(files.originalLabel());
    }

    /**
     * @return the label in the scan's own grid ({@code meta().original()}), if it was stored
     * @throws IOException if it cannot be read
     */
    public Optional<byte[]> originalLabel() throws IOException {
        return hasOriginalLabel() ? Optional.of(NpyFile.read(files.originalLabel()).bytes()) : Optional.empty();
    }
}
