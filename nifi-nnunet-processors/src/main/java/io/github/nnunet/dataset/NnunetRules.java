/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * nnU-Net's rules for planning (Isensee et al., Nature Methods 2021, supplement; the default planner of nnU-Net v2, 2d and
 * 3d_fullres), written anew. From the shapes of the cases, cropped to what is not zero, and their spacings follow:
 * <ul>
 * <li>the target spacing: the median of each axis. Where the coarsest axis is more than three times as coarse as the others
 * and its median size less than a third of theirs, its 10th percentile, but no finer than the other axes;</li>
 * <li>the patch: as many mm along each axis as a cube (3D: 256^3 voxels, 2D: 2048^2) has, no larger than the median case,
 * shrunk along the axis that is largest beside the median case until the feature maps of the network fit the memory;</li>
 * <li>kernels and strides: {@link PoolingRule};</li>
 * <li>the batch size: what the memory has room for, covering at most 5 % of all voxels of the dataset, and 2 at least.</li>
 * </ul>
 *
 * <p>Where we part: nnU-Net turns volumes so that the coarsest axis comes first. Ours stay as they are; in 3D the plan is
 * the same with its axes in the file's order, in 2D slices are always those across z. There is no low-resolution
 * configuration and no cascade. Nothing is shrunk below {@value PoolingRule#SMALLEST_FEATURE_MAP} voxels.
 */
final class NnunetRules {
    /** Axes are too far apart from this ratio on, in mm and in voxels. */
    private static final double ANISOTROPIC = 3;
    private static final double LOW_RESOLUTION_PERCENT = 10;
    private static final double HALF = 50;
    /** nnU-Net keeps the percentile this much (mm) coarser than the other axes where it would be finer. */
    private static final double JUST_COARSER = 1e-5;
    private static final double FIRST_PATCH_3D = 256.0 * 256 * 256;
    private static final double FIRST_PATCH_2D = 2048.0 * 2048;
    /** Numbers in the feature maps of one patch, when a GPU of 8 GB is full with the batch beside them. */
    private static final double FULL_3D = 560_000_000;
    private static final double FULL_2D = 85_000_000;
    private static final int BATCH_3D = 2;
    private static final int BATCH_2D = 12;
    private static final int SMALLEST_BATCH = 2;
    private static final double LARGEST_SHARE_OF_DATASET = 0.05;

    private NnunetRules() {
    }

    /** What the rules decide. */
    record Configuration(Spacing spacing, Shape patch, NetworkPlan network) {
    }

    /**
     * @param shapes          voxels of each case within the box of what is not zero
     * @param spacings        of each case, in the same order
     * @param dimensions      2 or 3
     * @param classes         with the background
     * @param memoryGigabytes of the GPU to plan for; nnU-Net's default is 8
     * @throws CaseException if no axis can be halved, so that there is no U-Net
     */
    static Configuration configure(final List<Shape> shapes, final List<Spacing> spacings, final int dimensions, final int classes, final double memoryGigabytes)
            throws CaseException {
        final Spacing spacing = targetSpacing(shapes, spacings);
        final double[] median = medianShape(shapes, spacings, spacing);
        final double voxels = Arrays.stream(median).reduce(1, (one, other) -> one * other) * shapes.size();
        final int[] axes = dimensions == 3 ? coarsestFirst(spacing) : new int[] {1, 2};
        final Memory memory = new Memory(dimensions, classes, memoryGigabytes);
        final PoolingRule.Layers layers = fitted(pick(spacing.toArray(), axes), pick(median, axes), memory);
        if (layers.strides().size() < 2) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The cases are too small for a U-Net by nnU-Net's rules: the median is %s voxels at a spacing of %s mm, and no axis can be halved; plan by the reference's rules"
                            .formatted(Arrays.toString(median), Arrays.toString(spacing.toArray())));
        }

        return configuration(spacing, layers, axes, memory.batchSize(layers, voxels));
    }

    /** @return axes in nnU-Net's order: the coarsest, then the others as they are */
    private static int[] coarsestFirst(final Spacing spacing) {
        final int coarsest = coarsest(spacing.toArray());
        return IntStream.concat(IntStream.of(coarsest), IntStream.range(0, 3).filter(axis -> axis != coarsest)).toArray();
    }

    private static double[] pick(final double[] values, final int[] axes) {
        return Arrays.stream(axes).mapToDouble(axis -> values[axis]).toArray();
    }

    private static Configuration configuration(final Spacing spacing, final PoolingRule.Layers layers, final int[] axes, final int batchSize) {
        final int[] patch = {1, 1, 1};
        for (int i = 0; i < axes.length; i++) {
            patch[axes[i]] = layers.patch()[i];
        }

        return new Configuration(spacing, Shape.of(patch), new NetworkPlan(inFileOrder(layers.kernels(), axes), inFileOrder(layers.strides(), axes), batchSize));
    }

    private static List<List<Integer>> inFileOrder(final List<List<Integer>> levels, final int[] axes) {
        final int[] places = IntStream.range(0, axes.length).boxed().sorted((one, other) -> Integer.compare(axes[one], axes[other])).mapToInt(Integer::intValue).toArray();
        return levels.stream().map(sizes -> Arrays.stream(places).mapToObj(sizes::get).toList()).toList();
    }

    /** The spacing that cases are resampled to. */
    static Spacing targetSpacing(final List<Shape> shapes, final List<Spacing> spacings) {
        final double[] target = new double[3];
        final double[] sizes = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            final int alongAxis = axis;
            target[axis] = Percentile.of(along(spacings, axis), HALF);
            sizes[axis] = Percentile.of(shapes.stream().mapToDouble(shape -> shape.size(alongAxis)).toArray(), HALF);
        }

        final int coarsest = coarsest(target);
        final double coarsestOfOthers = others(coarsest).mapToDouble(axis -> target[axis]).max().orElseThrow();
        final double shortestOfOthers = others(coarsest).mapToDouble(axis -> sizes[axis]).min().orElseThrow();
        if (target[coarsest] > ANISOTROPIC * coarsestOfOthers && sizes[coarsest] * ANISOTROPIC < shortestOfOthers) {
            final double fine = Percentile.of(along(spacings, coarsest), LOW_RESOLUTION_PERCENT);
            target[coarsest] = fine < coarsestOfOthers ? coarsestOfOthers + JUST_COARSER : fine;
        }

        return Spacing.of(target);
    }

    private static double[] along(final List<Spacing> spacings, final int axis) {
        return spacings.stream().mapToDouble(spacing -> spacing.along(axis)).toArray();
    }

    private static int coarsest(final double[] spacing) {
        int coarsest = 0;
        for (int axis = 1; axis < spacing.length; axis++) {
            if (spacing[axis] > spacing[coarsest]) {
                coarsest = axis;
            }
        }

        return coarsest;
    }

    private static IntStream others(final int excluded) {
        return IntStream.range(0, 3).filter(axis -> axis != excluded);
    }

    /** @return the median size of the cases along [z][y][x] in whole voxels of the target spacing; a half between two cases */
    static double[] medianShape(final List<Shape> shapes, final List<Spacing> spacings, final Spacing target) {
        final double[] median = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            final double[] sizes = new double[shapes.size()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = Math.rint(spacings.get(i).along(axis) / target.along(axis) * shapes.get(i).size(axis));
            }

            median[axis] = Percentile.median(sizes);
        }

        return median;
    }

    private static PoolingRule.Layers fitted(final double[] spacing, final double[] median, final Memory memory) {
        PoolingRule.Layers layers = PoolingRule.layers(spacing, firstPatch(spacing, median));
        while (!memory.suffices(layers)) {
            final int axis = largestBeside(median, layers.patch());
            if (axis < 0) {
                break;
            }

            layers = shrunk(layers, spacing, axis);
        }

        return layers;
    }

    private static double[] firstPatch(final double[] spacing, final double[] median) {
        final double volume = spacing.length == 3 ? FIRST_PATCH_3D : FIRST_PATCH_2D;
        final double density = Arrays.stream(spacing).map(size -> 1 / size).reduce(1, (one, other) -> one * other);
        final double edge = Math.pow(volume / density, 1.0 / spacing.length);
        final double[] patch = new double[spacing.length];
        for (int axis = 0; axis < patch.length; axis++) {
            patch[axis] = Math.min(Math.rint(edge / spacing[axis]), median[axis]);
        }

        return patch;
    }

    /** @return of equally large axes the last, as nnU-Net's sorting has it; -1 if no axis can be shrunk */
    private static int largestBeside(final double[] median, final int[] patch) {
        int largest = -1;
        for (int axis = 0; axis < patch.length; axis++) {
            if (patch[axis] > PoolingRule.SMALLEST_FEATURE_MAP && (largest < 0 || patch[axis] / median[axis] >= patch[largest] / median[largest])) {
                largest = axis;
            }
        }

        return largest;
    }

    /**
     * Takes a step off an axis. The step is that of the network for the smaller patch: otherwise sizes would be passed over
     * which are valid with one stride less.
     */
    private static PoolingRule.Layers shrunk(final PoolingRule.Layers layers, final double[] spacing, final int axis) {
        final double[] smaller = Arrays.stream(layers.patch()).asDoubleStream().toArray();
        smaller[axis] -= layers.divisors()[axis];
        final int step = PoolingRule.layers(spacing, smaller).divisors()[axis];
        smaller[axis] = layers.patch()[axis] - (double) step;
        return PoolingRule.layers(spacing, smaller);
    }

    /** The memory of a GPU, counted in numbers of feature maps. */
    private record Memory(int dimensions, int classes, double gigabytes) {

        private double numbers() {
            return (dimensions == 3 ? FULL_3D : FULL_2D) * gigabytes / PlanningOptions.USUAL_MEMORY_GIGABYTES;
        }

        private boolean suffices(final PoolingRule.Layers layers) {
            return FeatureMaps.count(layers.patch(), layers.strides(), classes) <= numbers();
        }

        /** @param voxels of the whole dataset at the target spacing; in 2D too all slices count */
        private int batchSize(final PoolingRule.Layers layers, final double voxels) {
            final int usual = dimensions == 3 ? BATCH_3D : BATCH_2D;
            final double patchVoxels = Arrays.stream(layers.patch()).asDoubleStream().reduce(1, (one, other) -> one * other);
            final double room = Math.rint(numbers() / FeatureMaps.count(layers.patch(), layers.strides(), classes) * usual);
            final double share = Math.rint(voxels * LARGEST_SHARE_OF_DATASET / patchVoxels);
            return (int) Math.max(Math.min(room, share), SMALLEST_BATCH);
        }
    }
}
