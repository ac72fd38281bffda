/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Writes single NIfTI files in one pass: the header with its extensions, then the volumes one after the other. Values
 * are float32 or uint8 and not scaled. Streams are left open, and are written to in large pieces.
 */
public final class NiftiWriter {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int FLAG_BYTES = 4;
    private static final int END_OF_LINE_CHECK = 8;
    private static final byte[] END_OF_LINE = {13, 10, 26, 10};

    private NiftiWriter() {
    }

    /**
     * Writes a file of float32 values.
     *
     * @param volumes [volume][z*y*x], as many as the header says
     */
    public static void write(final OutputStream out, final NiftiHeader header, final float[][] volumes) throws IOException {
        if (volumes.length != header.volumes()) {
            throw new IllegalArgumentException("%d volumes where the header says %d".formatted(volumes.length, header.volumes()));
        }

        writeHeader(out, header);
        for (final float[] volume : volumes) {
            writeVolume(out, header, volume);
        }
    }

    /**
     * Writes a file of one volume of small whole numbers.
     *
     * @param label unsigned bytes [z*y*x]
     */
    public static void write(final OutputStream out, final NiftiHeader header, final byte[] label) throws IOException {
        if (header.volumes() != 1) {
            throw new IllegalArgumentException("One volume where the header says %d".formatted(header.volumes()));
        }

        writeHeader(out, header);
        writeVolume(out, header, label);
    }

    /** Writes all that comes before the voxels. */
    public static void writeHeader(final OutputStream out, final NiftiHeader header) throws IOException {
        if (header.paired() || header.slope() != 1 || header.intercept() != 0) {
            throw new IllegalArgumentException("Only single files without scaling are written");
        }

        final NiftiHeader placed = header.withExtensions(header.extensions());
        final ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(placed.voxelOffset())).order(header.byteOrder());
        putFields(bytes, placed);
        int place = header.version().headerBytes();
        bytes.put(place, (byte) (header.extensions().isEmpty() ? 0 : 1));
        place += FLAG_BYTES;
        for (final NiftiExtension extension : header.extensions()) {
            bytes.putInt(place, extension.slotBytes());
            bytes.putInt(place + Integer.BYTES, extension.code());
            bytes.put(place + 2 * Integer.BYTES, extension.content());
            place += extension.slotBytes();
        }

        out.write(bytes.array());
    }

    private static void putFields(final ByteBuffer bytes, final NiftiHeader header) {
        final NiftiVersion version = header.version();
        final HeaderFields fields = new HeaderFields(version, bytes);
        bytes.putInt(0, version.headerBytes());
        fields.setMagic(version.singleMagic());
        if (version == NiftiVersion.TWO) {
            bytes.put(END_OF_LINE_CHECK, END_OF_LINE);
        }

        final int dimensions = header.dimensions().size();
        fields.setDim(0, dimensions);
        for (int axis = 1; axis <= 7; axis++) {
            fields.setDim(axis, axis <= dimensions ? header.dimensions().get(axis - 1) : 1);
        }

        fields.setDataType(header.dataType());
        fields.setVoxelOffset(header.voxelOffset());
        fields.setScaling(header.slope(), header.intercept());
        fields.setDescription(header.description());
        fields.setOrientation(header.orientation());
    }

    /**
     * Writes one more volume of a float32 file.
     *
     * @param values [z*y*x]
     */
    public static void writeVolume(final OutputStream out, final NiftiHeader header, final float[] values) throws IOException {
        requireLength(header, values.length);
        writeVoxels(out, header, values);
    }

    /**
     * Writes the next voxels of a float32 file, whose volumes are put together by several calls.
     *
     * @param values in the file's order, x fastest
     */
    public static void writeVoxels(final OutputStream out, final NiftiHeader header, final float[] values) throws IOException {
        requireType(header, DataType.FLOAT32);
        final byte[] bytes = new byte[chunkBytes(values.length)];
        final FloatBuffer chunk = ByteBuffer.wrap(bytes).order(header.byteOrder()).asFloatBuffer();
        int start = 0;
        while (start < values.length) {
            final int count = Math.min(chunk.capacity(), values.length - start);
            chunk.put(0, values, start, count);
            out.write(bytes, 0, count * Float.BYTES);
            start += count;
        }
    }

    /**
     * Writes one more volume of small whole numbers into a uint8 or a float32 file.
     *
     * @param label unsigned bytes [z*y*x]
     */
    public static void writeVolume(final OutputStream out, final NiftiHeader header, final byte[] label) throws IOException {
        requireLength(header, label.length);
        if (header.dataType() == DataType.UINT8) {
            out.write(label);
            return;
        }

        requireType(header, DataType.FLOAT32);
        final byte[] bytes = new byte[chunkBytes(label.length)];
        final FloatBuffer chunk = ByteBuffer.wrap(bytes).order(header.byteOrder()).asFloatBuffer();
        final float[] values = new float[chunk.capacity()];
        int start = 0;
        while (start < label.length) {
            final int count = Math.min(values.length, label.length - start);
            for (int i = 0; i < count; i++) {
                values[i] = label[start + i] & 0xff;
            }

            chunk.put(0, values, 0, count);
            out.write(bytes, 0, count * Float.BYTES);
            start += count;
        }
    }

    private static int chunkBytes(final int voxels) {
        return (int) Math.min(CHUNK_BYTES, (long) voxels * Float.BYTES);
    }

    private static void requireType(final NiftiHeader header, final DataType type) {
        if (header.dataType() != type) {
            throw new IllegalArgumentException("%s values cannot be written as %s".formatted(type, header.dataType()));
        }
    }

    private static void requireLength(final NiftiHeader header, final int length) {
        if (header.voxels() != length) {
            throw new IllegalArgumentException("%d values for a volume of %d voxels".formatted(length, header.voxels()));
        }
    }
}
