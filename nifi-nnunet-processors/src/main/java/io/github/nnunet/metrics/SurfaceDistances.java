/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.Arrays;
import java.util.List;

/**
 * Distances between the surfaces of a predicted class and its reference, with the definitions of google-deepmind's
 * surface-distance: a surface has an element at each corner of voxels whose 2x2x2 neighbourhood is neither empty nor
 * full (beyond the volume it is empty), its area is that of marching cubes, its distance the Euclidean one to the
 * nearest element of the other surface.
 */
public final class SurfaceDistances {
    private static final int FULL = SurfaceElements.KINDS - 1;
    /** Distances that exceed a tolerance by no more than rounding are within it. */
    private static final double ROUNDING = 1e-9;

    private final Direction toPrediction;
    private final Direction toReference;

    private SurfaceDistances(final Direction toPrediction, final Direction toReference) {
        this.toPrediction = toPrediction;
        this.toReference = toReference;
    }

    /** From one surface to the other: the distances, ascending and each once, and the area at each of them. */
    private record Direction(double[] distances, double[] areas) {

        private double totalArea() {
            return Arrays.stream(areas).sum();
        }

        private double areaWithin(final double tolerance) {
            double area = 0;
            for (int i = 0; i < areas.length && distances[i] <= tolerance + ROUNDING; i++) {
                area += areas[i];
            }

            return area;
        }

        /** @return the smallest distance that the given part of the area keeps to; infinite without a surface */
        private double percentile(final double part) {
            if (distances.length == 0) {
                return Double.POSITIVE_INFINITY;
            }

            final double total = totalArea();
            double area = 0;
            for (int i = 0; i < areas.length; i++) {
                area += areas[i];
                if (area / total >= part) {
                    return distances[i];
                }
            }

            return distances[distances.length - 1];
        }
    }

    /**
     * @param prediction unsigned label values [z*y*x]
     * @param reference  likewise
     * @param values     the label values that count as the class
     */
    public static SurfaceDistances of(final byte[] prediction, final byte[] reference, final Shape shape, final Spacing spacing, final List<Integer> values) {
        final boolean[] members = new boolean[LabelOverlap.LARGEST_VALUE + 1];
        for (final int value : values) {
            members[value] = true;
        }

        final CornerGrid grid = CornerGrid.around(prediction, reference, shape, members);
        final byte[] predicted = grid.neighbourhoods(prediction);
        final byte[] wanted = grid.neighbourhoods(reference);
        final double[] areas = SurfaceElements.areas(spacing);
        return new SurfaceDistances(direction(wanted, predicted, grid.corners(), spacing, areas), direction(predicted, wanted, grid.corners(), spacing, areas));
    }

    /** @return distances from the elements of {@code source} to those of {@code target} */
    private static Direction direction(final byte[] source, final byte[] target, final Shape corners, final Spacing spacing, final double[] areas) {
        final double[] squared = new double[target.length];
        for (int corner = 0; corner < target.length; corner++) {
            squared[corner] = isSurface(target[corner]) ? 0 : Double.POSITIVE_INFINITY;
        }

        DistanceTransform.apply(squared, corners, spacing);
        final double[] all = new double[countSurface(source)];
        int count = 0;
        for (int corner = 0; corner < source.length; corner++) {
            if (isSurface(source[corner])) {
                all[count] = Math.sqrt(squared[corner]);
                count++;
            }
        }

        final double[] distances = Arrays.stream(all).sorted().distinct().toArray();
        final double[] sums = new double[distances.length];
        count = 0;
        for (final byte neighbourhood : source) {
            if (isSurface(neighbourhood)) {
                sums[Arrays.binarySearch(distances, all[count])] += areas[neighbourhood & FULL];
                count++;
            }
        }

        return new Direction(distances, sums);
    }

    private static boolean isSurface(final byte neighbourhood) {
        return neighbourhood != 0 && (neighbourhood & FULL) != FULL;
    }

    private static int countSurface(final byte[] neighbourhoods) {
        int count = 0;
        for (final byte neighbourhood : neighbourhoods) {
            if (isSurface(neighbourhood)) {
                count++;
            }
        }

        return count;
    }

    /**
     * @param part of the surface, such as 0.95
     * @return the distance in mm that this part of each surface keeps to, the larger of the two; infinite if a surface is missing
     */
    public double hausdorff(final double part) {
        return Math.max(toPrediction.percentile(part), toReference.percentile(part));
    }

    /**
     * @param tolerance in mm
     * @return the part of both surfaces that is within the tolerance of the other, a fraction; NaN if there is no surface at all
     */
    public double surfaceDice(final double tolerance) {
        final double within = toPrediction.areaWithin(tolerance) + toReference.areaWithin(tolerance);
        return Math.min(1, within / (toPrediction.totalArea() + toReference.totalArea()));
    }
}
