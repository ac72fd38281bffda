/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PatchSourceTest {

    @TempDir
    private Path folder;

    private PreparedCase stored(final String id, final Shape shape, final int classes) throws IOException, CaseException {
        PreparedSample.store(folder, id, shape, 3, classes);
        return new PreparedDataset(folder).open(id);
    }

    private static boolean holds(final Patch patch, final int value) {
        for (final byte label : patch.label()) {
            if (label == value) {
                return true;
            }
        }

        return false;
    }

    @Test
    void oversampledPatchesHoldPartOfAStructure() throws IOException, CaseException {
        final PreparedCase large = stored("large", new Shape(40, 40, 40), 2);
        final RandomGenerator random = SampleRandom.of(1, 0, 0);
        final PatchSampler always = new PatchSampler(new Shape(12, 12, 12), 1, 0);
        final PatchSampler never = new PatchSampler(new Shape(12, 12, 12), 0, 0);
        int byChance = 0;
        for (int i = 0; i < 50; i++) {
            final Patch patch = always.draw(large, random);
            assertTrue(holds(patch, 1) || holds(patch, 2));
            byChance += holds(never.draw(large, random), 1) ? 1 : 0;
        }

        assertTrue(byChance < 45, "Patches with a structure: " + byChance);
    }

    @Test
    void startsCoverTheRegionOrLieWithinIt() {
        final RandomGenerator random = SampleRandom.of(1, 0, 0);
        final Set<Integer> covering = new HashSet<>();
        final Set<Integer> within = new HashSet<>();
        final Set<Integer> atTheEdge = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            covering.add(PatchSampler.chooseStart(20, 24, 8, 100, random));
            within.add(PatchSampler.chooseStart(20, 32, 8, 100, random));
            atTheEdge.add(PatchSampler.chooseStart(0, 4, 8, 100, random));
        }

        assertEquals(Set.of(16, 17, 18, 19, 20), covering);
        assertEquals(Set.of(20, 21, 22, 23, 24), within);
        assertEquals(Set.of(0), atTheEdge);
    }

    @Test
    void volumeSmallerThanThePatchIsSurroundedByZeros() throws IOException, CaseException {
        final PreparedCase small = stored("small", new Shape(5, 30, 6), 1);
        final Patch patch = new PatchSampler(new Shape(8, 16, 8), 0.4, 0).draw(small, SampleRandom.of(1, 0, 0));
        int zeros = 0;
        for (final float value : patch.image()) {
            zeros += value == 0 ? 1 : 0;
        }

        assertEquals(8 * 16 * 8 - 5 * 16 * 6, zeros);
    }

    @Test
    void caseWithoutStructuresIsDrawnFromEverywhere() throws IOException, CaseException {
        final PreparedCase empty = stored("empty", new Shape(20, 20, 20), 0);
        final Patch patch = new PatchSampler(new Shape(8, 8, 8), 1, 0).draw(empty, SampleRandom.of(1, 0, 0));
        assertArrayEquals(new byte[512], patch.label());
    }

    @Test
    void patchHasTheImageAndLabelOfTheSamePlace() throws IOException, CaseException {
        final PreparedCase source = stored("one", new Shape(20, 20, 20), 2);
        final Patch patch = new PatchSampler(new Shape(12, 12, 12), 1, 0).draw(source, SampleRandom.of(1, 0, 0));
        for (int voxel = 0; voxel < patch.label().length; voxel++) {
            assertEquals(1.5 * patch.label()[voxel] - 0.5, patch.image()[voxel], 1.2);
        }

        assertEquals(1, source.boxOf(1).map(Box::startZ).stream().count());
    }

    @Test
    void everyCaseIsDrawnOnceBeforeAnyIsDrawnAgain() {
        final EpochOrder order = new EpochOrder(5, 12, 1, 0);
        for (int round = 0; round < 2; round++) {
            final Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                seen.add(order.caseOf(round * 5 + i));
            }

            assertEquals(Set.of(0, 1, 2, 3, 4), seen);
        }
    }

    private PatchSource source(final SamplingSettings settings, final boolean isFlat) throws IOException, CaseException {
        final List<PreparedCase> cases = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            cases.add(stored("case_%d".formatted(i), new Shape(10, 10, 10), 2));
        }

        final Shape patch = new Shape(isFlat ? 1 : 8, 8, 8);
        final TargetMap targets = new TargetMap(PreparedSample.plan(isFlat ? 2 : 3, patch), LossSettings.defaults());
        return new PatchSource(cases, new PatchSampler(patch, 0.4, 0), new AugmentationChain(AugmentationSettings.defaults()), targets, settings, isFlat, 1);
    }

    @Test
    void epochHasAsManyStepsAsItTakesToSeeEveryCase() throws IOException, CaseException {
        assertEquals(3, source(new SamplingSettings(2, 0.4, 0, 4, 1), false).stepsPerEpoch());
        assertEquals(2, source(new SamplingSettings(64, 0.4, 0, 4, 1), true).stepsPerEpoch());
        assertEquals(10, source(new SamplingSettings(2, 0.4, 19, 4, 1), false).stepsPerEpoch());
    }

    @Test
    void batchesComeInOrderWhateverTheNumberOfThreads() throws IOException, CaseException, InterruptedException {
        final PatchSource source = source(new SamplingSettings(2, 0.4, 30, 4, 1), false);
        assertArrayEquals(sums(source, 1, 1), sums(source, 4, 5));
    }

    private static double[] sums(final PatchSource source, final int threads, final int ahead) throws InterruptedException {
        final List<TrainingBatch> memory = new ArrayList<>();
        for (int i = 0; i < ahead; i++) {
            memory.add(new TrainingBatch(2, 1, 512));
        }

        final double[] sums = new double[source.stepsPerEpoch()];
        final ExecutorService executor = LoaderThreads.start(threads, "Test");
        try (BatchLoader loader = new BatchLoader(executor, source, 0, memory)) {
            for (int step = 0; step < sums.length; step++) {
                sums[step] = loader.useNext(PatchSourceTest::sum);
            }

            assertThrows(IllegalStateException.class, () -> loader.useNext(PatchSourceTest::sum));
        } finally {
            executor.shutdown();
        }

        return sums;
    }

    private static double sum(final TrainingBatch batch) {
        double sum = 0;
        for (int i = 0; i < 2 * 512; i++) {
            sum += batch.images().get(i) * (1 + i % 7) + batch.targets().get(i);
        }

        return sum;
    }

    @Test
    void failureInALoaderReachesTheTraining() throws IOException, CaseException {
        final PatchSource source = source(new SamplingSettings(2, 0.4, 0, 4, 1), false);
        final ExecutorService executor = LoaderThreads.start(1, "Test");
        try (BatchLoader loader = new BatchLoader(executor, source, 0, List.of(new TrainingBatch(2, 1, 10)))) {
            assertThrows(IllegalStateException.class, () -> loader.useNext(PatchSourceTest::sum));
        } finally {
            executor.shutdown();
        }
    }
}
