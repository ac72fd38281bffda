/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NnunetRulesTest {
    private static final double USUAL = PlanningOptions.USUAL_MEMORY_GIGABYTES;
    private static final List<Integer> FLAT = List.of(1, 3, 3);
    private static final List<Integer> CUBE = List.of(3, 3, 3);

    private static NnunetRules.Configuration configure(final int cases, final Shape shape, final Spacing spacing, final int dimensions, final int classes) throws CaseException {
        return NnunetRules.configure(Collections.nCopies(cases, shape), Collections.nCopies(cases, spacing), dimensions, classes, USUAL);
    }

    private static JsonNode read(final String name) throws IOException {
        return new ObjectMapper().readTree(SharedFolder.require("data/nnunet-v2/" + name).toFile());
    }

    private static List<Shape> shapes(final JsonNode fingerprint) {
        final List<Shape> shapes = new ArrayList<>();
        for (final JsonNode shape : fingerprint.get("shapes_after_crop")) {
            shapes.add(new Shape(shape.get(0).intValue(), shape.get(1).intValue(), shape.get(2).intValue()));
        }

        return shapes;
    }

    private static List<Spacing> spacings(final JsonNode fingerprint) {
        final List<Spacing> spacings = new ArrayList<>();
        for (final JsonNode spacing : fingerprint.get("spacings")) {
            spacings.add(new Spacing(spacing.get(0).doubleValue(), spacing.get(1).doubleValue(), spacing.get(2).doubleValue()));
        }

        return spacings;
    }

    /** Exact: what nnU-Net v2 itself planned for four datasets of the Decathlon, from its own fingerprints. */
    @ParameterizedTest
    @CsvSource({"D001, 4", "D004, 3", "D005, 3", "D009, 2"})
    void plansAreThoseOfNnunet(final String dataset, final int classes) throws IOException, CaseException {
        final JsonNode fingerprint = read(dataset + "_dataset_fingerprint.json");
        final JsonNode configurations = read(dataset + "_plans.json").get("configurations");
        final List<Shape> shapes = shapes(fingerprint);
        final List<Spacing> spacings = spacings(fingerprint);
        for (int dimensions = 2; dimensions <= 3; dimensions++) {
            final JsonNode golden = configurations.get(dimensions == 3 ? "3d_fullres" : "2d");
            final NnunetRules.Configuration configuration = NnunetRules.configure(shapes, spacings, dimensions, classes, USUAL);
            final int first = 3 - dimensions;
            final double[] median = NnunetRules.medianShape(shapes, spacings, configuration.spacing());
            for (int axis = first; axis < 3; axis++) {
                assertEquals(golden.get("spacing").get(axis - first).doubleValue(), configuration.spacing().along(axis), dataset);
                assertEquals(golden.get("patch_size").get(axis - first).intValue(), configuration.patch().size(axis), dataset);
                assertEquals(golden.get("median_image_size_in_voxels").get(axis - first).doubleValue(), median[axis], dataset);
            }

            final JsonNode network = golden.get("architecture").get("arch_kwargs");
            assertEquals(network.get("kernel_sizes"), new ObjectMapper().valueToTree(configuration.network().kernels()), dataset);
            assertEquals(network.get("strides"), new ObjectMapper().valueToTree(configuration.network().strides()), dataset);
            assertEquals(golden.get("batch_size").intValue(), configuration.network().batchSize(), dataset);
        }
    }

    /** Numbers like those of the prostate scans: the figures that nnU-Net has for them. */
    @Test
    void thickSlicesHaveFlatKernelsUntilTheSpacingsAreAlike() throws CaseException {
        final NnunetRules.Configuration configuration = configure(32, new Shape(20, 320, 319), new Spacing(3.6, 0.625, 0.625), 3, 3);
        assertEquals(new Shape(20, 320, 256), configuration.patch());
        assertEquals(List.of(FLAT, FLAT, CUBE, CUBE, CUBE, CUBE, CUBE), configuration.network().kernels());
        assertEquals(List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(1, 2, 2), List.of(2, 2, 2), List.of(2, 2, 2), List.of(1, 2, 2), List.of(1, 2, 2)),
                configuration.network().strides());
        assertEquals(2, configuration.network().batchSize());
    }

    @Test
    void smallScansAreSeenWholeInBatchesOfAFewPercentOfTheDataset() throws CaseException {
        final NnunetRules.Configuration configuration = configure(260, new Shape(36, 50, 35), new Spacing(1, 1, 1), 3, 3);
        assertEquals(new Shape(40, 56, 40), configuration.patch());
        assertEquals(9, configuration.network().batchSize());
        assertEquals(2, configure(10, new Shape(36, 50, 35), new Spacing(1, 1, 1), 3, 3).network().batchSize());
    }

    @Test
    void flatNetworksSeeSlices() throws CaseException {
        final NnunetRules.Configuration configuration = configure(260, new Shape(36, 50, 35), new Spacing(1, 1, 1), 2, 3);
        assertEquals(new Shape(1, 56, 40), configuration.patch());
        assertEquals(2, configuration.network().dimensions());
        assertEquals(366, configuration.network().batchSize());
    }

    @Test
    void theCoarsestAxisMayBeAnyOne() throws CaseException {
        final NnunetRules.Configuration across = configure(32, new Shape(20, 320, 319), new Spacing(3.6, 0.625, 0.625), 3, 3);
        final NnunetRules.Configuration along = configure(32, new Shape(320, 319, 20), new Spacing(0.625, 0.625, 3.6), 3, 3);
        assertEquals(new Shape(320, 256, 20), along.patch());
        assertEquals(across.network().kernels().stream().map(kernel -> List.of(kernel.get(1), kernel.get(2), kernel.get(0))).toList(), along.network().kernels());
        assertEquals(across.network().strides().stream().map(stride -> List.of(stride.get(1), stride.get(2), stride.get(0))).toList(), along.network().strides());
    }

    @Test
    void theTargetOfTheCoarsestAxisIsItsTenthPercentile() {
        final List<Spacing> spacings = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            spacings.add(new Spacing(3 + 0.5 * i, 1, 1));
        }

        final List<Shape> few = Collections.nCopies(11, new Shape(20, 100, 100));
        assertEquals(new Spacing(3.5, 1, 1), NnunetRules.targetSpacing(few, spacings));
        // Many slices: there is nothing to lose.
        final List<Shape> many = Collections.nCopies(11, new Shape(34, 100, 100));
        assertEquals(new Spacing(5.5, 1, 1), NnunetRules.targetSpacing(many, spacings));
    }

    @Test
    void theTargetOfTheCoarsestAxisIsNoFinerThanTheOthers() {
        final List<Spacing> spacings = List.of(new Spacing(0.5, 1, 1), new Spacing(5, 1, 1), new Spacing(5, 1, 1));
        final List<Shape> shapes = Collections.nCopies(3, new Shape(20, 100, 100));
        final List<Spacing> fine = List.of(spacings.getFirst(), spacings.getFirst(), spacings.get(1), spacings.get(1), spacings.get(1));
        assertEquals(1.4, NnunetRules.targetSpacing(shapes, spacings).z(), 1e-12);
        assertEquals(new Spacing(1 + 1e-5, 1, 1), NnunetRules.targetSpacing(Collections.nCopies(5, shapes.getFirst()), fine));
    }

    @Test
    void moreMemoryGivesLargerPatches() throws CaseException {
        final List<Shape> shapes = Collections.nCopies(40, new Shape(512, 512, 512));
        final List<Spacing> spacings = Collections.nCopies(40, new Spacing(1, 1, 1));
        assertEquals(new Shape(128, 128, 128), NnunetRules.configure(shapes, spacings, 3, 3, USUAL).patch());
        assertEquals(2, NnunetRules.configure(shapes, spacings, 3, 3, USUAL).network().batchSize());
        assertTrue(NnunetRules.configure(shapes, spacings, 3, 3, 4 * USUAL).patch().count() >= 3 * 128L * 128 * 128);
    }

    @Test
    void thumbnailsAreRefused() {
        final CaseException error = assertThrows(CaseException.class, () -> configure(5, new Shape(7, 7, 7), new Spacing(1, 1, 1), 3, 2));
        assertEquals(FaultCategory.UNSUPPORTED, error.category());
        assertTrue(error.getMessage().contains("too small"), error.getMessage());
    }

    @Test
    void memoryMustBeAPositiveNumber() {
        assertThrows(IllegalArgumentException.class, () -> new PlanningOptions(Planning.NNUNET, 0));
        assertThrows(IllegalArgumentException.class, () -> new PlanningOptions(Planning.NNUNET, Double.NaN));
    }

    @Property(tries = 300)
    void anyDatasetGetsAPatchThatItsNetworkDivides(@ForAll @IntRange(min = 1, max = 700) final int depth, @ForAll @IntRange(min = 12, max = 700) final int height,
                                                   @ForAll @IntRange(min = 12, max = 700) final int width, @ForAll @DoubleRange(min = 0.6, max = 10) final double ratio,
                                                   @ForAll @DoubleRange(min = 0.2, max = 8) final double spacingX, @ForAll @IntRange(min = 2, max = 3) final int dimensions)
            throws CaseException {
        final NnunetRules.Configuration configuration = configure(30, new Shape(depth, height, width), new Spacing(ratio * spacingX, spacingX, spacingX), dimensions, 3);
        final int[] patch = dimensions == 3 ? configuration.patch().toArray() : new int[] {configuration.patch().height(), configuration.patch().width()};
        final int[] reduction = configuration.network().reduction();
        final int[] median = dimensions == 3 ? new int[] {depth, height, width} : new int[] {height, width};
        final int[] coarsest = new int[patch.length];
        for (int axis = 0; axis < patch.length; axis++) {
            assertEquals(0, patch[axis] % reduction[axis]);
            coarsest[axis] = patch[axis] / reduction[axis];
            assertTrue(coarsest[axis] >= Math.min(PoolingRule.SMALLEST_FEATURE_MAP, median[axis]), configuration.toString());
        }

        assertTrue(FeatureMaps.count(patch, configuration.network().strides(), 3) <= (dimensions == 3 ? 560_000_000 : 85_000_000), configuration.toString());
        assertArrayEquals(coarsest, smallestFeatureMap(patch, configuration.network().strides()));
    }

    /** nnU-Net's rule: the finest axis, where it can be halved but not alone, holds the others back. */
    @Test
    void fewFineSlicesOfCoarsePixelsAreRefused() {
        assertThrows(CaseException.class, () -> configure(5, new Shape(8, 64, 64), new Spacing(0.2, 0.4, 0.4), 3, 2));
    }

    private static int[] smallestFeatureMap(final int[] patch, final List<List<Integer>> strides) {
        final int[] sizes = patch.clone();
        for (final List<Integer> stride : strides) {
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] /= stride.get(axis);
            }
        }

        return sizes;
    }
}
