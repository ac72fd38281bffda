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

/**
 * Turns stored voxels into floats: value * slope + intercept in double precision, then rounded to float, which is what
 * nibabel's get_fdata() gives as float32.
 */
final class VoxelDecoder {
    /** A multiple of every voxel size. */
    private static final int CHUNK_BYTES = 1 << 20;

    private final ByteSource source;
    private final NiftiHeader header;
    private final String name;
    private final double slope;
    private final double intercept;
    private final byte[] bytes;
    private final ByteBuffer chunk;
    private long bytesRead;

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

    /** @return the next volume [z*y*x] */
    float[] volume() throws IOException, CaseException {
        final float[] values = new float[Math.toIntExact(header.voxels())];
        final int size = header.dataType().bytes();
        int start = 0;
        while (start < values.length) {
            final int count = Math.min(bytes.length / size, values.length - start);
            readChunk(count * size);
            convert(values, start, count);
            start += count;
        }

        return values;
    }

    /** @return whether what is stored are the values themselves, unsigned */
    boolean hasPlainBytes() {
        return header.dataType() == DataType.UINT8 && slope == 1 && intercept == 0;
    }

    /** @return the next volume [z*y*x] as it is stored, a byte a voxel */
    byte[] bytes() throws IOException, CaseException {
        final byte[] values = new byte[Math.toIntExact(header.voxels())];
        final int count = source.fill(values, 0, values.length);
        bytesRead += count;
        if (count < values.length) {
            throw tooShort(name, header, bytesRead);
        }

        return values;
    }

    private void readChunk(final int length) throws IOException, CaseException {
        final int count = source.fill(bytes, 0, length);
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
