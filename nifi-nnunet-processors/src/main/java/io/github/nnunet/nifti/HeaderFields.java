/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a header, by field. The two versions have the same fields at other places and in other widths; places
 * are those of nifti1.h and nifti2.h.
 */
final class HeaderFields {
    private static final Layout LAYOUT_ONE = new Layout(344, 40, 70, 72, 76, 108, 112, 116, 123, 148, 252, 254, 256, 268, 280);
    private static final Layout LAYOUT_TWO = new Layout(4, 16, 12, 14, 104, 168, 176, 184, 500, 240, 344, 348, 352, 376, 400);
    private static final int DESCRIPTION_BYTES = 80;
    private static final int MAGIC_CHARACTERS = 3;

    private final NiftiVersion version;
    private final ByteBuffer bytes;
    private final Layout layout;

    /** Where each field starts. */
    private record Layout(int magic, int dim, int dataType, int bitsPerVoxel, int pixdim, int voxelOffset, int slope, int intercept, int units, int description,
                          int qformCode, int sformCode, int quaternion, int qoffset, int srow) {
    }

    /** @param bytes as many as the version's header has, in the file's byte order */
    HeaderFields(final NiftiVersion version, final ByteBuffer bytes) {
        this.version = version;
        this.bytes = bytes;
        this.layout = version == NiftiVersion.ONE ? LAYOUT_ONE : LAYOUT_TWO;
    }

    String magic() {
        return text(layout.magic, MAGIC_CHARACTERS);
    }

    void setMagic(final String magic) {
        setText(layout.magic, magic);
    }

    /** @param index 0: number of dimensions; 1 to 7: size along that one */
    long dim(final int index) {
        return version == NiftiVersion.ONE ? bytes.getShort(layout.dim + index * Short.BYTES) : bytes.getLong(layout.dim + index * Long.BYTES);
    }

    void setDim(final int index, final int size) {
        if (version == NiftiVersion.ONE) {
            bytes.putShort(layout.dim + index * Short.BYTES, (short) size);
        } else {
            bytes.putLong(layout.dim + index * Long.BYTES, size);
        }
    }

    int dataType() {
        return bytes.getShort(layout.dataType);
    }

    void setDataType(final DataType type) {
        bytes.putShort(layout.dataType, (short) type.code());
        bytes.putShort(layout.bitsPerVoxel, (short) (type.bytes() * Byte.SIZE));
    }

    double voxelOffset() {
        return version == NiftiVersion.ONE ? bytes.getFloat(layout.voxelOffset) : bytes.getLong(layout.voxelOffset);
    }

    void setVoxelOffset(final long offset) {
        if (version == NiftiVersion.ONE) {
            bytes.putFloat(layout.voxelOffset, offset);
        } else {
            bytes.putLong(layout.voxelOffset, offset);
        }
    }

    double slope() {
        return real(layout.slope);
    }

    double intercept() {
        return real(layout.intercept);
    }

    void setScaling(final double slope, final double intercept) {
        setReals(layout.slope, slope);
        setReals(layout.intercept, intercept);
    }

    String description() {
        return text(layout.description, DESCRIPTION_BYTES);
    }

    void setDescription(final String description) {
        setText(layout.description, description.substring(0, Math.min(description.length(), DESCRIPTION_BYTES - 1)));
    }

    Orientation orientation() {
        final double[] pixdim = reals(layout.pixdim, 4);
        final double[] sizes = {pixdim[1], pixdim[2], pixdim[3]};
        final int units = version == NiftiVersion.ONE ? Byte.toUnsignedInt(bytes.get(layout.units)) : bytes.getInt(layout.units);
        return new Orientation(pixdim[0], sizes, code(layout.qformCode), reals(layout.quaternion, 3), reals(layout.qoffset, 3),
                code(layout.sformCode), reals(layout.srow, 12), units);
    }

    void setOrientation(final Orientation orientation) {
        final double[] sizes = orientation.pixdim();
        setReals(layout.pixdim, orientation.qfac(), sizes[0], sizes[1], sizes[2], 1, 1, 1, 1);
        setReals(layout.quaternion, orientation.quaternion());
        setReals(layout.qoffset, orientation.qoffset());
        setReals(layout.srow, orientation.srow());
        if (version == NiftiVersion.ONE) {
            bytes.putShort(layout.qformCode, (short) orientation.qformCode());
            bytes.putShort(layout.sformCode, (short) orientation.sformCode());
            bytes.put(layout.units, (byte) orientation.xyztUnits());
        } else {
            bytes.putInt(layout.qformCode, orientation.qformCode());
            bytes.putInt(layout.sformCode, orientation.sformCode());
            bytes.putInt(layout.units, orientation.xyztUnits());
        }
    }

    private int code(final int place) {
        return version == NiftiVersion.ONE ? bytes.getShort(place) : bytes.getInt(place);
    }

    private double[] reals(final int start, final int count) {
        final double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = real(start + i * realBytes());
        }

        return values;
    }

    private double real(final int place) {
        return version == NiftiVersion.ONE ? bytes.getFloat(place) : bytes.getDouble(place);
    }

    private void setReals(final int start, final double... values) {
        for (int i = 0; i < values.length; i++) {
            if (version == NiftiVersion.ONE) {
                bytes.putFloat(start + i * Float.BYTES, (float) values[i]);
            } else {
                bytes.putDouble(start + i * Double.BYTES, values[i]);
            }
        }
    }

    private int realBytes() {
        return version == NiftiVersion.ONE ? Float.BYTES : Double.BYTES;
    }

    private String text(final int start, final int length) {
        int end = start;
        while (end < start + length && bytes.get(end) != 0) {
            end++;
        }

        final byte[] characters = new byte[end - start];
        bytes.get(start, characters);
        return new String(characters, StandardCharsets.ISO_8859_1);
    }

    private void setText(final int start, final String text) {
        bytes.put(start, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
