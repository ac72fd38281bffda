/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns stored voxels into floats: value * slope + intercept in double precision, then rounded to float, which is what
 * nibabel's get_fdata() gives as float32.
 */
final class VoxelDecoder implements VolumeSource {
    /** A multiple of every voxel size; as much as stays in a core's cache between the looks at it. */
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int LARGEST_LABEL = 255;

    private final ByteSource source;
    private final NiftiHeader header;
    private final String name;
    private final double slope;
    private final double intercept;
    private final byte[] bytes;
    private final ByteBuffer chunk;
    private long bytesRead;
    private float largest;

    VoxelDecoder(final ByteSource source, final NiftiHeader header, final String name) {
        this.source = source;
        this.header = header;
        this.name = name;
        final boolean scaled = header.slope() != 0 && Double.isFinite(header.slope());
        this.slope = scaled ? header.slope() : 1;
        // Adding -0.0 changes no number, not even the sign of zero; adding 0.0 would.
        this.intercept = scaled && header.intercept() != 0 ? header.intercept() : -0.0;
        this.bytes = new byte[(int) Math.min(CHUNK_BYTES, header.storedBytes())];
        this.chunk = ByteBuffer.wrap(bytes).order(header.byteOrder());
    }

    @Override
    public float[] floats() throws IOException, CaseException {
        final float[] values = new float[Math.toIntExact(header.voxels())];
        int start = 0;
        while (start < values.length) {
            final int count = nextValues(values, start, values.length - start);
            largest = largestMagnitude(largest, values, start, start + count);
            start += count;
        }

        return values;
    }

    @Override
    public boolean isFinite() {
        return Float.isFinite(largest);
    }

    /** NaN if there is one: that is how the larger of two numbers is defined. */
    private static float largestMagnitude(final float before, final float[] values, final int start, final int end) {
        float magnitude = before;
        for (int i = start; i < end; i++) {
            magnitude = Math.max(magnitude, Math.abs(values[i]));
        }

        return magnitude;
    }

    @Override
    public LabelVoxels labels() throws IOException, CaseException {
        final byte[] label = new byte[Math.toIntExact(header.voxels())];
        if (hasPlainBytes()) {
            readFully(label, label.length);
            return new LabelVoxels(label, Optional.empty());
        }

        final float[] values = new float[Math.min(label.length, bytes.length / header.dataType().bytes())];
        Optional<Float> unfit = Optional.empty();
        int start = 0;
        while (start < label.length) {
            final int count = nextValues(values, 0, Math.min(values.length, label.length - start));
            if (!areLabels(values, count, label, start) && unfit.isEmpty()) {
                unfit = firstUnfit(values);
            }

            start += count;
        }

        return new LabelVoxels(label, unfit);
    }

    /** @return whether each value is a label; without a branch for each of them */
    private static boolean areLabels(final float[] values, final int count, final byte[] label, final int start) {
        int faults = 0;
        for (int i = 0; i < count; i++) {
            final int value = (int) values[i];
            label[start + i] = (byte) value;
            faults |= value & ~LARGEST_LABEL | (value == values[i] ? 0 : 1);
        }

        return faults == 0;
    }

    private static Optional<Float> firstUnfit(final float[] values) {
        for (final float value : values) {
            if (value != (int) value || value < 0 || value > LARGEST_LABEL) {
                return Optional.of(value);
            }
        }

        throw new IllegalStateException("Every value is a label");
    }

    /** @return whether what is stored are the values themselves, unsigned */
    private boolean hasPlainBytes() {
        return header.dataType() == DataType.UINT8 && slope == 1 && intercept == 0;
    }

    /** @return how many values were read: as many as a chunk has, {@code most} at most */
    private int nextValues(final float[] values, final int start, final int most) throws IOException, CaseException {
        final int size = header.dataType().bytes();
        final int count = Math.min(bytes.length / size, most);
        readFully(bytes, count * size);
        convert(values, start, count);
        return count;
    }

    private void readFully(final byte[] target, final int length) throws IOException, CaseException {
        final int count = source.fill(target, 0, length);
        bytesRead += count;
        if (count < length) {
            throw tooShort(name, header, bytesRead);
        }
    }

    static CaseException tooShort(final String name, final NiftiHeader header, final long found) {
        return new CaseException(FaultCategory.UNREADABLE,
                "%s is cut off: its header promises %d bytes of voxels, and there are %d. Copy the whole file again.".formatted(name, header.storedBytes(), found));
    }

    private void convert(final float[] values, final int start, final int count) {
        switch (header.dataType()) {
            case UINT8 -> convertUnsignedBytes(values, start, count);
            case INT8 -> convertBytes(values, start, count);
            case INT16 -> convertShorts(values, start, count);
            case UINT16 -> convertUnsignedShorts(values, start, count);
            case INT32 -> convertInts(values, start, count);
            case UINT32 -> convertUnsignedInts(values, start, count);
            case INT64 -> convertLongs(values, start, count);
            case UINT64 -> convertUnsignedLongs(values, start, count);
            case FLOAT32 -> convertFloats(values, start, count);
            case FLOAT64 -> convertDoubles(values, start, count);
            default -> throw new IllegalStateException("Voxels of type %s were let through".formatted(header.dataType()));
        }
    }

    private void convertUnsignedBytes(final float[] values, final int start, final int count) {
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) ((bytes[i] & 0xff) * slope + intercept);
        }
    }

    private void convertBytes(final float[] values, final int start, final int count) {
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (bytes[i] * slope + intercept);
        }
    }

    private void convertShorts(final float[] values, final int start, final int count) {
        final short[] raw = new short[count];
        chunk.asShortBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (raw[i] * slope + intercept);
        }
    }

    private void convertUnsignedShorts(final float[] values, final int start, final int count) {
        final short[] raw = new short[count];
        chunk.asShortBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) ((raw[i] & 0xffff) * slope + intercept);
        }
    }

    private void convertInts(final float[] values, final int start, final int count) {
        final int[] raw = new int[count];
        chunk.asIntBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (raw[i] * slope + intercept);
        }
    }

    private void convertUnsignedInts(final float[] values, final int start, final int count) {
        final int[] raw = new int[count];
        chunk.asIntBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) ((raw[i] & 0xffffffffL) * slope + intercept);
        }
    }

    private void convertLongs(final float[] values, final int start, final int count) {
        final long[] raw = new long[count];
        chunk.asLongBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (raw[i] * slope + intercept);
        }
    }

    private void convertUnsignedLongs(final float[] values, final int start, final int count) {
        final long[] raw = new long[count];
        chunk.asLongBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (unsigned(raw[i]) * slope + intercept);
        }
    }

    /** Halved so that it fits a signed number; the lowest bit stays in as the sticky bit of rounding. */
    private static double unsigned(final long value) {
        return value >= 0 ? value : 2.0 * (value >>> 1 | value & 1);
    }

    private void convertFloats(final float[] values, final int start, final int count) {
        chunk.asFloatBuffer().get(values, start, count);
        if (slope == 1 && intercept == 0) {
            return;
        }

        for (int i = start; i < start + count; i++) {
            values[i] = (float) (values[i] * slope + intercept);
        }
    }

    private void convertDoubles(final float[] values, final int start, final int count) {
        final double[] raw = new double[count];
        chunk.asDoubleBuffer().get(raw);
        for (int i = 0; i < count; i++) {
            values[start + i] = (float) (raw[i] * slope + intercept);
        }
    }
}
