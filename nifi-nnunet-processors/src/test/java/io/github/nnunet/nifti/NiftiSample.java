/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** NIfTI files made byte by byte from the standard's tables, independently of the product's writer. */
public final class NiftiSample {
    private final ByteOrder order;
    private final int version;
    private int dataType = 16;
    private int voxelBytes = 4;
    private long[] dim = {3, 3, 2, 2, 1, 1, 1, 1};
    private double[] pixdim = {1, 1, 1, 1, 1, 1, 1, 1};
    private double slope;
    private double intercept;
    private double offset = -1;
    private int qformCode;
    private int sformCode = 1;
    private double[] quaternion = new double[3];
    private double[] qoffset = new double[3];
    private double[] srow = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
    private int units = 2;
    private boolean paired;
    private List<NiftiExtension> extensions = List.of();

    public NiftiSample(final int version, final ByteOrder order) {
        this.version = version;
        this.order = order;
    }

    public static NiftiSample littleEndian() {
        return new NiftiSample(1, ByteOrder.LITTLE_ENDIAN);
    }

    public NiftiSample dataType(final int code, final int bytes) {
        dataType = code;
        voxelBytes = bytes;
        return this;
    }

    /** @param values number of dimensions, then their sizes */
    public NiftiSample dim(final long... values) {
        dim = new long[8];
        Arrays.fill(dim, 1);
        System.arraycopy(values, 0, dim, 0, values.length);
        return this;
    }

    /** @param values qfac, then the sizes */
    public NiftiSample pixdim(final double... values) {
        pixdim = new double[8];
        System.arraycopy(values, 0, pixdim, 0, values.length);
        return this;
    }

    public NiftiSample scaling(final double newSlope, final double newIntercept) {
        slope = newSlope;
        intercept = newIntercept;
        return this;
    }

    public NiftiSample offset(final double newOffset) {
        offset = newOffset;
        return this;
    }

    public NiftiSample orientation(final Orientation orientation) {
        final double[] sizes = orientation.pixdim();
        pixdim(orientation.qfac(), sizes[0], sizes[1], sizes[2], 1, 1, 1, 1);
        qformCode = orientation.qformCode();
        sformCode = orientation.sformCode();
        quaternion = orientation.quaternion();
        qoffset = orientation.qoffset();
        srow = orientation.srow();
        units = orientation.xyztUnits();
        return this;
    }

    public NiftiSample paired() {
        paired = true;
        return this;
    }

    public NiftiSample extensions(final List<NiftiExtension> newExtensions) {
        extensions = newExtensions;
        return this;
    }

    /** @return header, extension flag, extensions, and filling up to the voxels */
    public byte[] header() {
        final int headerBytes = version == 1 ? 348 : 540;
        final int slots = extensions.stream().mapToInt(extension -> (extension.content().length + 8 + 15) / 16 * 16).sum();
        final int end = headerBytes + 4 + slots;
        final double voxelOffset = offset >= 0 || Double.isNaN(offset) ? offset : paired ? 0 : end;
        final boolean room = !paired && voxelOffset > end && voxelOffset < 1 << 20;
        final ByteBuffer bytes = ByteBuffer.allocate(room ? (int) voxelOffset : end).order(order);
        if (version == 1) {
            putVersionOne(bytes, voxelOffset);
        } else {
            putVersionTwo(bytes, voxelOffset);
        }

        bytes.put(headerBytes, (byte) (extensions.isEmpty() ? 0 : 1));
        bytes.position(headerBytes + 4);
        for (final NiftiExtension extension : extensions) {
            final int slot = (extension.content().length + 8 + 15) / 16 * 16;
            final int start = bytes.position();
            bytes.putInt(slot).putInt(extension.code()).put(extension.content()).position(start + slot);
        }

        return bytes.array();
    }

    private void putVersionOne(final ByteBuffer bytes, final double voxelOffset) {
        bytes.putInt(348).position(40);
        for (final long size : dim) {
            bytes.putShort((short) size);
        }

        bytes.position(70).putShort((short) dataType).putShort((short) (voxelBytes * 8)).position(76);
        putFloats(bytes, pixdim);
        putFloats(bytes, voxelOffset, slope, intercept);
        bytes.put(123, (byte) units).position(252).putShort((short) qformCode).putShort((short) sformCode);
        putFloats(bytes, quaternion);
        putFloats(bytes, qoffset);
        putFloats(bytes, srow);
        bytes.put(344, (paired ? "ni1" : "n+1").getBytes(StandardCharsets.US_ASCII));
    }

    private static void putFloats(final ByteBuffer bytes, final double... values) {
        for (final double value : values) {
            bytes.putFloat((float) value);
        }
    }

    private void putVersionTwo(final ByteBuffer bytes, final double voxelOffset) {
        bytes.putInt(540).put((paired ? "ni2" : "n+2").getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put(new byte[] {13, 10, 26, 10});
        bytes.putShort((short) dataType).putShort((short) (voxelBytes * 8));
        for (final long size : dim) {
            bytes.putLong(size);
        }

        bytes.position(104);
        putDoubles(bytes, pixdim);
        bytes.putLong((long) voxelOffset);
        putDoubles(bytes, slope, intercept);
        bytes.position(344).putInt(qformCode).putInt(sformCode);
        putDoubles(bytes, quaternion);
        putDoubles(bytes, qoffset);
        putDoubles(bytes, srow);
        bytes.putInt(500, units);
    }

    private static void putDoubles(final ByteBuffer bytes, final double... values) {
        for (final double value : values) {
            bytes.putDouble(value);
        }
    }

    /** @return the whole file with these voxels */
    public byte[] file(final byte[] voxels) {
        final byte[] header = header();
        return ByteBuffer.allocate(header.length + voxels.length).put(header).put(voxels).array();
    }

    /** @return a file of float32 voxels */
    public byte[] file(final float... voxels) {
        final ByteBuffer bytes = ByteBuffer.allocate(voxels.length * Float.BYTES).order(order);
        bytes.asFloatBuffer().put(voxels);
        return file(bytes.array());
    }

    public static byte[] gzip(final byte[] bytes) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (final IOException impossible) {
            throw new UncheckedIOException(impossible);
        }

        return out.toByteArray();
    }
}
