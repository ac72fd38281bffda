/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.nifti.Orientation;

/**
 * Which axis of a volume's array lies nearest to each axis of the patient. A scan that was taken obliquely is shown in
 * its own slices, not resliced.
 *
 * @param axes      array axis (0 for z, 1 for y, 2 for x) of each patient axis
 * @param ascending whether its indices grow towards right, anterior, superior
 * @param known     whether the file says so; if not, x, y and z are taken for it
 */
record ArrayAxes(int[] axes, boolean[] ascending, boolean known) {
    private static final int[][] ORDERS = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    private static final int AXES = 3;
    private static final int AFFINE_ROW = 4;

    static ArrayAxes of(final Orientation orientation) {
        final double[] affine = orientation.affine();
        int[] best = ORDERS[0];
        double most = 0;
        for (final int[] order : ORDERS) {
            double agreement = 1;
            for (int patient = 0; patient < AXES; patient++) {
                agreement *= cosine(affine, patient, order[patient]);
            }

            if (Math.abs(agreement) > most) {
                most = Math.abs(agreement);
                best = order;
            }
        }

        final boolean known = most > 0 && (orientation.sformCode() > 0 || orientation.qformCode() > 0);
        final int[] axes = new int[AXES];
        final boolean[] ascending = new boolean[AXES];
        for (int patient = 0; patient < AXES; patient++) {
            axes[patient] = AXES - 1 - best[patient];
            ascending[patient] = !known || cosine(affine, patient, best[patient]) > 0;
        }

        return new ArrayAxes(axes, ascending, known);
    }

    /** @return how far an axis of the file (0 for x) goes along an axis of the patient, -1 to 1 */
    private static double cosine(final double[] affine, final int patient, final int column) {
        double length = 0;
        for (int row = 0; row < AXES; row++) {
            length = Math.hypot(length, affine[row * AFFINE_ROW + column]);
        }

        return length > 0 && Double.isFinite(length) ? affine[patient * AFFINE_ROW + column] / length : 0;
    }

    int axis(final PatientAxis patient) {
        return axes[patient.ordinal()];
    }

    boolean isAscending(final PatientAxis patient) {
        return ascending[patient.ordinal()];
    }
}
