/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.volume.Shape;

import java.util.random.RandomGenerator;

/**
 * Turns the box that a patch is cut from, so that what comes into its corners is the scan and not nothing. Angles are nnU-Net's: up
 * to 30 degrees about each axis; for patches of thick slices up to 180 degrees in the plane; for single slices the same, or 15
 * degrees where one edge is more than 1.5 times the other. The image is interpolated linearly; a voxel has a class where at
 * least half of what surrounds it has, of two such classes the higher one. Beyond the scan both are 0.
 */
final class PatchRotation {
    private static final double ABOUT_EACH_AXIS = Math.toRadians(30);
    private static final double IN_THE_PLANE = Math.toRadians(180);
    private static final double OF_LONG_SLICES = Math.toRadians(15);
    private static final double LONG = 1.5;
    private static final double HALF = 0.5;
    private static final int CORNERS = 8;

    private final double probability;
    private final Shape shape;
    private final boolean isInPlane;
    private final double largestAngle;

    /** @param shape of the patches */
    PatchRotation(final double probability, final Shape shape) {
        this.probability = probability;
        this.shape = shape;
        this.isInPlane = Slices.areThick(shape) || shape.depth() == 1;
        this.largestAngle = largestAngle(shape, isInPlane);
    }

    private static double largestAngle(final Shape shape, final boolean isInPlane) {
        if (!isInPlane) {
            return ABOUT_EACH_AXIS;
        }

        final double longer = Math.max(shape.height(), shape.width());
        final boolean isLong = shape.depth() == 1 && longer / Math.min(shape.height(), shape.width()) > LONG;
        return isLong ? OF_LONG_SLICES : IN_THE_PLANE;
    }

    /** @return whether the next patch is turned */
    boolean isDue(final RandomGenerator random) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** @param start corner of the patch as it would be without turning, in voxels z, y, x */
    Patch draw(final PreparedCase source, final int[] start, final RandomGenerator random) {
        final double aboutZ = random.nextDouble(-largestAngle, largestAngle);
        final double aboutY = isInPlane ? 0 : random.nextDouble(-largestAngle, largestAngle);
        final double aboutX = isInPlane ? 0 : random.nextDouble(-largestAngle, largestAngle);
        return draw(source, start, shape, matrix(aboutZ, aboutY, aboutX));
    }

    /** @return [row][column] of the product of the rotations about z, y and x, for vectors z, y, x */
    static double[][] matrix(final double aboutZ, final double aboutY, final double aboutX) {
        final double[][] z = {{1, 0, 0}, {0, Math.cos(aboutZ), -Math.sin(aboutZ)}, {0, Math.sin(aboutZ), Math.cos(aboutZ)}};
        final double[][] y = {{Math.cos(aboutY), 0, -Math.sin(aboutY)}, {0, 1, 0}, {Math.sin(aboutY), 0, Math.cos(aboutY)}};
        final double[][] x = {{Math.cos(aboutX), -Math.sin(aboutX), 0}, {Math.sin(aboutX), Math.cos(aboutX), 0}, {0, 0, 1}};
        return product(product(z, y), x);
    }

    private static double[][] product(final double[][] left, final double[][] right) {
        final double[][] product = new double[3][3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int k = 0; k < 3; k++) {
                    product[row][column] += left[row][k] * right[k][column];
                }
            }
        }

        return product;
    }

    static Patch draw(final PreparedCase source, final int[] start, final Shape shape, final double[][] matrix) {
        final Shape around = around(shape, matrix);
        final int[] corner = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            corner[axis] = start[axis] - (around.size(axis) - shape.size(axis)) / 2;
        }

        final Patch large = PatchSampler.read(source, corner, around);
        final Patch turned = Patch.empty(shape, source.channels());
        final Corners corners = new Corners(around);
        final double[] position = new double[3];
        int voxel = 0;
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    place(position, z, y, x, shape, around, matrix);
                    corners.moveTo(position);
                    corners.sample(large, turned, voxel++);
                }
            }
        }

        return turned;
    }

    /** @return the box that holds the turned one, about the same centre */
    private static Shape around(final Shape shape, final double[][] matrix) {
        final int[] sizes = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            double extent = 0;
            for (int other = 0; other < 3; other++) {
                extent += Math.abs(matrix[axis][other]) * (shape.size(other) - 1);
            }

            final int size = (int) Math.ceil(extent) + 1;
            sizes[axis] = size + Math.floorMod(size - shape.size(axis), 2);
        }

        return Shape.of(sizes);
    }

    private static void place(final double[] position, final int z, final int y, final int x, final Shape shape, final Shape around, final double[][] matrix) {
        final double fromZ = z - (shape.depth() - 1) * HALF;
        final double fromY = y - (shape.height() - 1) * HALF;
        final double fromX = x - (shape.width() - 1) * HALF;
        for (int axis = 0; axis < 3; axis++) {
            position[axis] = matrix[axis][0] * fromZ + matrix[axis][1] * fromY + matrix[axis][2] * fromX + (around.size(axis) - 1) * HALF;
        }
    }

    /** The voxels around a position and how much each counts. */
    private static final class Corners {
        private final Shape shape;
        private final int[] voxels = new int[CORNERS];
        private final double[] weights = new double[CORNERS];

        Corners(final Shape shape) {
            this.shape = shape;
        }

        void moveTo(final double[] position) {
            for (int corner = 0; corner < CORNERS; corner++) {
                double weight = 1;
                int voxel = 0;
                for (int axis = 0; axis < 3; axis++) {
                    final int below = (int) Math.floor(position[axis]);
                    final int at = below + (corner >> axis & 1);
                    weight *= at == below ? 1 - (position[axis] - below) : position[axis] - below;
                    voxel = voxel * shape.size(axis) + at;
                    if (at < 0 || at >= shape.size(axis)) {
                        weight = 0;
                    }
                }

                weights[corner] = weight;
                voxels[corner] = weight == 0 ? 0 : voxel;
            }
        }

        void sample(final Patch from, final Patch to, final int voxel) {
            final int size = from.shape().voxels();
            for (int channel = 0; channel < from.channels(); channel++) {
                double sum = 0;
                for (int corner = 0; corner < CORNERS; corner++) {
                    sum += weights[corner] * from.image()[channel * size + voxels[corner]];
                }

                to.image()[channel * to.shape().voxels() + voxel] = (float) sum;
            }

            to.label()[voxel] = majority(from.label());
        }

        private byte majority(final byte[] label) {
            int winner = 0;
            for (int corner = 0; corner < CORNERS; corner++) {
                final int candidate = label[voxels[corner]] & 0xff;
                if (candidate > winner && share(label, candidate) >= HALF) {
                    winner = candidate;
                }
            }

            return (byte) winner;
        }

        private double share(final byte[] label, final int value) {
            double share = 0;
            for (int corner = 0; corner < CORNERS; corner++) {
                share += (label[voxels[corner]] & 0xff) == value ? weights[corner] : 0;
            }

            return share;
        }
    }
}
