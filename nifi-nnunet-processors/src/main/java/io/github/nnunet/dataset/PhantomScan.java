/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.Shape;

import java.util.Random;

/**
 * A made-up MRI scan: a head on zero background, in it a body, and off the body's centre a brighter, striped core. Small
 * bright spots elsewhere keep brightness alone from giving the core away. All lengths are in mm from the grid's centre.
 */
final class PhantomScan {
    static final byte BODY = 1;
    static final byte CORE = 2;
    private static final double HEAD_INTENSITY = 220;
    private static final double BODY_INTENSITY = 330;
    private static final double CORE_INTENSITY = 450;
    private static final double STRIPES = 40;
    private static final double NOISE = 18;
    private static final double BIAS = 0.15;
    private static final int SPOTS = 3;

    private final Geometry geometry;
    private final float[] intensities;
    private final byte[] label;

    private PhantomScan(final Geometry geometry, final float[] intensities, final byte[] label) {
        this.geometry = geometry;
        this.intensities = intensities;
        this.label = label;
    }

    Geometry geometry() {
        return geometry;
    }

    /** @return whole numbers [z*y*x], not a copy; 0 outside the head, above 0 in it */
    float[] intensities() {
        return intensities;
    }

    /** @return [z*y*x], not a copy */
    byte[] label() {
        return label;
    }

    /** Draws a scan. The same state of the random source gives the same scan. */
    static PhantomScan draw(final Random random) {
        final Shape shape = new Shape(37 + random.nextInt(7), 45 + random.nextInt(7), 37 + random.nextInt(7));
        final Geometry geometry = new Geometry(shape, orientation(random));
        final Anatomy anatomy = Anatomy.draw(extent(geometry), random);
        final double[] biasDirection = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
        final float[] intensities = new float[shape.voxels()];
        final byte[] label = new byte[shape.voxels()];
        final double[] point = new double[3];
        for (int z = 0; z < shape.depth(); z++) {
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    place(geometry, z, y, x, point);
                    final int voxel = shape.index(z, y, x);
                    final double noise = NOISE * random.nextGaussian();
                    if (anatomy.head.contains(point)) {
                        intensities[voxel] = (float) Math.max(1, Math.rint(anatomy.intensity(point) * bias(point, biasDirection) + noise));
                        label[voxel] = anatomy.label(point);
                    }
                }
            }
        }

        return new PhantomScan(geometry, intensities, label);
    }

    /** A grid about 1 mm wide that lies askew in the scanner, said by qform and sform alike. */
    private static Orientation orientation(final Random random) {
        final double[] pixdim = new double[3];
        final double[] quaternion = new double[3];
        final double[] offset = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            pixdim[axis] = (float) (0.95 + 0.1 * random.nextDouble());
            quaternion[axis] = (float) (0.3 * (random.nextDouble() - 0.5));
            offset[axis] = (float) (-40 + 20 * random.nextDouble());
        }

        final double qfac = random.nextBoolean() ? 1 : -1;
        final int scannerCode = 1;
        final int millimetres = 2;
        final Orientation byQform = new Orientation(qfac, pixdim, scannerCode, quaternion, offset, 0, new double[12], millimetres);
        final double[] affine = byQform.affine();
        for (int i = 0; i < affine.length; i++) {
            affine[i] = (float) affine[i];
        }

        return new Orientation(qfac, pixdim, scannerCode, quaternion, offset, scannerCode, affine, millimetres);
    }

    /** @return half the grid's width along z, y, x */
    private static double[] extent(final Geometry geometry) {
        final double[] extent = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            extent[axis] = geometry.shape().size(axis) * geometry.spacing().along(axis) / 2;
        }

        return extent;
    }

    private static void place(final Geometry geometry, final int z, final int y, final int x, final double[] point) {
        final Shape shape = geometry.shape();
        final double[] pixdim = geometry.orientation().pixdim();
        point[0] = (z - (shape.depth() - 1) / 2.0) * pixdim[2];
        point[1] = (y - (shape.height() - 1) / 2.0) * pixdim[1];
        point[2] = (x - (shape.width() - 1) / 2.0) * pixdim[0];
    }

    /** The coil's uneven sensitivity: a smooth factor about 1. */
    private static double bias(final double[] point, final double[] direction) {
        final double along = (point[0] * direction[0] + point[1] * direction[1] + point[2] * direction[2]) / 60;
        return 1 + BIAS * StrictMath.sin(along);
    }

    private record Anatomy(Blob head, Blob body, Blob core, Blob[] spots, double[] stripes) {

        static Anatomy draw(final double[] extent, final Random random) {
            final double[] centre = new double[3];
            final double[] headRadii = new double[3];
            for (int axis = 0; axis < 3; axis++) {
                headRadii[axis] = extent[axis] * (0.82 + 0.08 * random.nextDouble());
                centre[axis] = extent[axis] * 0.24 * (random.nextDouble() - 0.5);
            }

            final Blob head = Blob.draw(new double[3], headRadii, 0.03, random);
            final double[] bodyRadii = {radius(9, random), radius(11, random), radius(9, random)};
            final Blob body = Blob.draw(centre, bodyRadii, 0.08, random);
            final double side = random.nextBoolean() ? 1 : -1;
            final double[] coreCentre = {centre[0] + 1.5 * random.nextGaussian() / 2, centre[1] + side * 3.5, centre[2] + 1.5 * random.nextGaussian() / 2};
            final Blob core = Blob.draw(coreCentre, new double[] {radius(5, random), radius(5, random), radius(5, random)}, 0.08, random);
            final Blob[] spots = new Blob[SPOTS];
            for (int i = 0; i < SPOTS; i++) {
                spots[i] = spot(extent, random);
            }

            final double[] stripes = {0.8 * random.nextGaussian(), 0.8 * random.nextGaussian(), 0.8 * random.nextGaussian()};
            return new Anatomy(head, body, core, spots, stripes);
        }

        private static double radius(final double usual, final Random random) {
            return usual * (0.88 + 0.24 * random.nextDouble());
        }

        /** A spot on the way from the centre to the head's surface, mostly beside the body. */
        private static Blob spot(final double[] extent, final Random random) {
            final double[] direction = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
            final double length = Math.sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
            final double[] centre = new double[3];
            for (int axis = 0; axis < 3; axis++) {
                centre[axis] = 0.7 * extent[axis] * direction[axis] / length;
            }

            return Blob.draw(centre, new double[] {1.8, 1.8, 1.8}, 0, random);
        }

        byte label(final double[] point) {
            if (!body.contains(point)) {
                return 0;
            }

            return core.contains(point) ? CORE : BODY;
        }

        double intensity(final double[] point) {
            return switch (label(point)) {
                case BODY -> BODY_INTENSITY;
                case CORE -> CORE_INTENSITY + STRIPES * StrictMath.sin(point[0] * stripes[0] + point[1] * stripes[1] + point[2] * stripes[2]);
                default -> isSpot(point) ? CORE_INTENSITY : HEAD_INTENSITY;
            };
        }

        private boolean isSpot(final double[] point) {
            for (final Blob spot : spots) {
                if (spot.contains(point)) {
                    return true;
                }
            }

            return false;
        }
    }

    /** An ellipsoid along the axes with a wavy surface. */
    private record Blob(double[] centre, double[] radii, double waviness, double[] waves) {

        static Blob draw(final double[] centre, final double[] radii, final double waviness, final Random random) {
            final double[] waves = {3 * random.nextGaussian(), 3 * random.nextGaussian(), 3 * random.nextGaussian(), 6 * random.nextDouble()};
            return new Blob(centre, radii, waviness, waves);
        }

        boolean contains(final double[] point) {
            double squared = 0;
            double phase = waves[3];
            for (int axis = 0; axis < 3; axis++) {
                final double along = (point[axis] - centre[axis]) / radii[axis];
                squared += along * along;
                phase += waves[axis] * along;
            }

            final double limit = 1 + waviness * StrictMath.sin(phase);
            return squared < limit * limit;
        }
    }
}
