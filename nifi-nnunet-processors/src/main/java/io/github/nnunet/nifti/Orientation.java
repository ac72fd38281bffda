/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.util.Arrays;

/**
 * How the voxel grid of a NIfTI file lies in the scanner's space: the header fields that say so, kept as they are in
 * the file, so that writing them back gives the same geometry bit for bit. Axes are NIfTI's own here: x, y, z.
 *
 * <p>Source of the formulas: nifti1.h of the NIfTI-1 standard, "3D image (volume) orientation and location in space".
 */
public final class Orientation {
    private final double qfac;
    private final double[] pixdim;
    private final int qformCode;
    private final double[] quaternion;
    private final double[] qoffset;
    private final int sformCode;
    private final double[] srow;
    private final int xyztUnits;

    /**
     * @param qfac       pixdim[0] as the file has it: -1 flips the z axis of the qform, anything else does not
     * @param pixdim     pixdim[1..3]: voxel sizes along x, y, z in the file's unit
     * @param qformCode  0: there is no qform
     * @param quaternion quatern_b, quatern_c, quatern_d
     * @param qoffset    qoffset_x, qoffset_y, qoffset_z
     * @param sformCode  0: there is no sform
     * @param srow       srow_x, srow_y, srow_z: 12 numbers, row by row
     * @param xyztUnits  unit codes of space and time
     */
    public Orientation(final double qfac, final double[] pixdim, final int qformCode, final double[] quaternion, final double[] qoffset,
                       final int sformCode, final double[] srow, final int xyztUnits) {
        this.qfac = qfac;
        this.pixdim = exactly(3, pixdim);
        this.qformCode = qformCode;
        this.quaternion = exactly(3, quaternion);
        this.qoffset = exactly(3, qoffset);
        this.sformCode = sformCode;
        this.srow = exactly(12, srow);
        this.xyztUnits = xyztUnits;
    }

    /** @return a grid with its axes along the scanner's, its first voxel at the origin (sform, mm) */
    public static Orientation aligned(final double spacingX, final double spacingY, final double spacingZ) {
        final double[] srow = {spacingX, 0, 0, 0, 0, spacingY, 0, 0, 0, 0, spacingZ, 0};
        return new Orientation(1, new double[] {spacingX, spacingY, spacingZ}, 0, new double[3], new double[3], 1, srow, 2);
    }

    public double qfac() {
        return qfac;
    }

    public double[] pixdim() {
        return pixdim.clone();
    }

    public int qformCode() {
        return qformCode;
    }

    public double[] quaternion() {
        return quaternion.clone();
    }

    public double[] qoffset() {
        return qoffset.clone();
    }

    public int sformCode() {
        return sformCode;
    }

    public double[] srow() {
        return srow.clone();
    }

    public int xyztUnits() {
        return xyztUnits;
    }

    /**
     * Voxel indices (x, y, z) to scanner space: the sform if there is one, else the qform, else the voxel sizes alone.
     *
     * @return 12 numbers: the upper three rows of the affine, row by row
     */
    public double[] affine() {
        if (sformCode > 0) {
            return srow.clone();
        }

        if (qformCode > 0) {
            return qformAffine();
        }

        return new double[] {pixdim[0], 0, 0, 0, 0, pixdim[1], 0, 0, 0, 0, pixdim[2], 0};
    }

    /**
     * The same space seen through another grid: voxel i of the new grid lies at voxel {@code scale * i + offset} of
     * this one, along each of x, y, z. Cropping has scale 1, resampling the ratio of the spacings.
     */
    public Orientation regridded(final double[] scale, final double[] offset) {
        final double[] newPixdim = new double[3];
        final double[] newSrow = srow.clone();
        for (int axis = 0; axis < 3; axis++) {
            newPixdim[axis] = pixdim[axis] * scale[axis];
            for (int row = 0; row < 3; row++) {
                newSrow[row * 4 + axis] = srow[row * 4 + axis] * scale[axis];
                newSrow[row * 4 + 3] += srow[row * 4 + axis] * offset[axis];
            }
        }

        final double[] newOffset = qoffset.clone();
        if (qformCode > 0) {
            final double[] affine = qformAffine();
            for (int row = 0; row < 3; row++) {
                for (int axis = 0; axis < 3; axis++) {
                    newOffset[row] += affine[row * 4 + axis] * offset[axis];
                }
            }
        }

        return new Orientation(qfac, newPixdim, qformCode, quaternion, newOffset, sformCode, newSrow, xyztUnits);
    }

    /** @return the same with each number rounded to float32, which is all that NIfTI-1 keeps */
    public Orientation rounded() {
        return new Orientation((float) qfac, rounded(pixdim), qformCode, rounded(quaternion), rounded(qoffset), sformCode, rounded(srow), xyztUnits);
    }

    private static double[] rounded(final double[] values) {
        final double[] floats = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }

        return floats;
    }

    private double[] qformAffine() {
        final double b = quaternion[0];
        final double c = quaternion[1];
        final double d = quaternion[2];
        final double aSquared = 1 - (b * b + c * c + d * d);
        final double a = Math.sqrt(Math.max(0, aSquared));
        final double dx = pixdim[0];
        final double dy = pixdim[1];
        final double dz = qfac == -1 ? -pixdim[2] : pixdim[2];
        return new double[] {
                (a * a + b * b - c * c - d * d) * dx, 2 * (b * c - a * d) * dy, 2 * (b * d + a * c) * dz, qoffset[0],
                2 * (b * c + a * d) * dx, (a * a + c * c - b * b - d * d) * dy, 2 * (c * d - a * b) * dz, qoffset[1],
                2 * (b * d - a * c) * dx, 2 * (c * d + a * b) * dy, (a * a + d * d - b * b - c * c) * dz, qoffset[2],
        };
    }

    private static double[] exactly(final int length, final double[] values) {
        if (values.length != length) {
            throw new IllegalArgumentException("Expected %d numbers, not %d".formatted(length, values.length));
        }

        return values.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final Orientation that
                && Double.compare(qfac, that.qfac) == 0
                && qformCode == that.qformCode
                && sformCode == that.sformCode
                && xyztUnits == that.xyztUnits
                && Arrays.equals(pixdim, that.pixdim)
                && Arrays.equals(quaternion, that.quaternion)
                && Arrays.equals(qoffset, that.qoffset)
                && Arrays.equals(srow, that.srow);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pixdim) * 31 + Arrays.hashCode(srow);
    }

    @Override
    public String toString() {
        return "affine " + Arrays.toString(affine());
    }
}
