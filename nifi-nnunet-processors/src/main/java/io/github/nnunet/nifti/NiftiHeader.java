/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.nio.ByteOrder;
import java.util.List;

/**
 * What a NIfTI file says about its voxels.
 *
 * @param version     layout of the header
 * @param byteOrder   of all numbers in the file
 * @param paired      whether the voxels are in a file of their own (.img)
 * @param dataType    how a voxel is stored
 * @param dimensions  sizes along x, y, z, and for several volumes t, u: one to five numbers, each at least 1
 * @param orientation where the voxels lie
 * @param slope       scl_slope as it is in the file; 0 or not finite: values are not scaled
 * @param intercept   scl_inter as it is in the file
 * @param voxelOffset where the voxels start in the file that has them
 * @param description free text, 79 characters at most
 * @param extensions  data between header and voxels, in order
 */
public record NiftiHeader(NiftiVersion version, ByteOrder byteOrder, boolean paired, DataType dataType, List<Integer> dimensions, Orientation orientation,
                          double slope, double intercept, long voxelOffset, String description, List<NiftiExtension> extensions) {

    private static final int LARGEST_SIZE_OF_VERSION_ONE = Short.MAX_VALUE;

    public NiftiHeader {
        dimensions = List.copyOf(dimensions);
        extensions = List.copyOf(extensions);
        if (dimensions.isEmpty() || dimensions.size() > 5 || dimensions.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("One to five positive sizes, not %s".formatted(dimensions));
        }
    }

    /**
     * A header for a single little-endian file without scaling. It is NIfTI-1 unless sizes or orientation do not fit
     * that version exactly; then it is NIfTI-2, so that the geometry is kept to the last bit.
     *
     * @param dimensions sizes along x, y, z, and then t, u if there are
     */
    public static NiftiHeader of(final List<Integer> dimensions, final DataType dataType, final Orientation orientation) {
        return of(fitting(dimensions, orientation), dimensions, dataType, orientation);
    }

    /** The same in a given version. NIfTI-1 rounds the orientation to float32. */
    public static NiftiHeader of(final NiftiVersion version, final List<Integer> dimensions, final DataType dataType, final Orientation orientation) {
        return new NiftiHeader(version, ByteOrder.LITTLE_ENDIAN, false, dataType, dimensions, orientation, 1, 0, version.minimumVoxelOffset(), "nifi-nnunet", List.of());
    }

    private static NiftiVersion fitting(final List<Integer> dimensions, final Orientation orientation) {
        return fitsVersionOne(dimensions) && fitsVersionOne(orientation) ? NiftiVersion.ONE : NiftiVersion.TWO;
    }

    /** @return whether NIfTI-1 can say these sizes */
    public static boolean fitsVersionOne(final List<Integer> dimensions) {
        return dimensions.stream().allMatch(size -> size <= LARGEST_SIZE_OF_VERSION_ONE);
    }

    /** @return whether NIfTI-1 keeps this orientation exactly: every number of it is a float32 */
    public static boolean fitsVersionOne(final Orientation orientation) {
        return orientation.equals(orientation.rounded())
                && isShort(orientation.qformCode())
                && isShort(orientation.sformCode())
                && orientation.xyztUnits() >= 0
                && orientation.xyztUnits() <= 255;
    }

    private static boolean isShort(final int value) {
        return (short) value == value;
    }

    /** @return the same header with these extensions, and the voxels after them */
    public NiftiHeader withExtensions(final List<NiftiExtension> more) {
        long offset = version.minimumVoxelOffset();
        for (final NiftiExtension extension : more) {
            offset += extension.slotBytes();
        }

        return new NiftiHeader(version, byteOrder, paired, dataType, dimensions, orientation, slope, intercept, offset, description, more);
    }

    /** The same header with the extensions found in its file. */
    NiftiHeader withDecodedExtensions(final List<NiftiExtension> found) {
        return new NiftiHeader(version, byteOrder, paired, dataType, dimensions, orientation, slope, intercept, voxelOffset, description, found);
    }

    /** @return voxels along x */
    public int width() {
        return size(0);
    }

    /** @return voxels along y; 1 for a line */
    public int height() {
        return size(1);
    }

    /** @return voxels along z; 1 for a plane */
    public int depth() {
        return size(2);
    }

    /** @return number of volumes: the sizes after x, y, z multiplied */
    public int volumes() {
        return Math.multiplyExact(size(3), size(4));
    }

    private int size(final int axis) {
        return axis < dimensions.size() ? dimensions.get(axis) : 1;
    }

    /** @return voxels of one volume */
    public long voxels() {
        return Math.multiplyExact((long) width() * height(), (long) depth());
    }

    /** @return bytes that the voxels of all volumes take in the file */
    public long storedBytes() {
        return Math.multiplyExact(Math.multiplyExact(voxels(), (long) volumes()), (long) dataType.bytes());
    }

    /** @return bytes that all volumes take in memory as float32 */
    public long floatBytes() {
        return Math.multiplyExact(Math.multiplyExact(voxels(), (long) volumes()), (long) Float.BYTES);
    }
}
