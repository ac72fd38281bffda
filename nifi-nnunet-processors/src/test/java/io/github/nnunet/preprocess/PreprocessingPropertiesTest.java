/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;
import io.github.nnunet.volume.Spacing;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.FloatRange;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PreprocessingPropertiesTest {
    private static final int TRIES = 150;

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void croppedVoxelsPastedBackAreTheScan(@ForAll("shapes") final Shape shape, @ForAll final long seed) throws CaseException {
        final float[] scan = sparse(shape, seed);
        final byte[] label = Cases.labels(shape, seed, 0, 1, 4);
        final ScanCase cropped = NonZeroCrop.apply(Cases.of(shape, new Spacing(1, 1, 1), label, scan, new float[scan.length]), Foreground.NOT_ZERO);

        final Box box = cropped.history().crop().orElseThrow();
        final GridWindow paste = new GridWindow(cropped.shape(), new int[] {box.startZ(), box.startY(), box.startX()}, shape);
        assertArrayEquals(scan, paste.of(cropped.channel(0)), "all that is not 0 lies in the box");
        final GridWindow cut = new GridWindow(shape, new int[] {-box.startZ(), -box.startY(), -box.startX()}, box.shape());
        assertArrayEquals(cut.of(label), cropped.label().orElseThrow());
        assertEquals(Cases.of(shape, scan).geometry().cropped(box), cropped.geometry());
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void noFaceOfTheBoxIsEmpty(@ForAll("shapes") final Shape shape, @ForAll final long seed) throws CaseException {
        final ScanCase once = NonZeroCrop.apply(Cases.of(shape, sparse(shape, seed)), Foreground.NOT_ZERO);
        final ScanCase twice = NonZeroCrop.apply(once, Foreground.NOT_ZERO);
        assertEquals(once.history().crop(), twice.history().crop());
        assertEquals(once.shape(), twice.shape());
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void interpolationAtTheSameVoxelsGivesThemBack(@ForAll("shapes") final Shape shape, @ForAll final long seed) {
        final float[] source = Cases.noise(shape, seed);
        final byte[] label = Cases.labels(shape, seed, 0, 1, 2, 255);
        assertArrayEquals(source, CubicResize.resize(source, shape, shape));
        assertArrayEquals(source, CubicResize.interpolated(source, shape, shape, SliceTeam.SINGLE).volume(shape), 1e-4f);
        assertArrayEquals(source, CubicResize.interpolatedSlices(source, shape, shape.height(), shape.width(), IntStream.range(0, shape.depth()).toArray(), SliceTeam.SINGLE).volume(shape), 1e-4f);
        assertArrayEquals(source, NearestResize.slices(Cases.slices(source, shape), shape, shape).volume(shape));
        assertArrayEquals(label, NearestResize.resize(label, shape, shape));
        assertArrayEquals(label, LabelResize.resize(label, shape, shape, SliceTeam.SINGLE));
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void constantVolumesStayConstant(@ForAll("shapes") final Shape from, @ForAll("shapes") final Shape to,
                                     @ForAll @FloatRange(min = -3000, max = 3000) final float value) {
        final float[] source = new float[from.voxels()];
        Arrays.fill(source, value);
        final float[] expected = new float[to.voxels()];
        Arrays.fill(expected, value);
        assertArrayEquals(expected, CubicResize.resize(source, from, to));
        assertArrayEquals(expected, NearestResize.slices(Cases.slices(source, from), from, to).volume(to));
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void interpolationStaysWithinTheRangeOfTheSource(@ForAll("shapes") final Shape from, @ForAll("shapes") final Shape to, @ForAll final long seed) {
        final float[] source = Cases.noise(from, seed);
        final ValueRange range = ValueRange.of(source, 0, source.length);
        for (final float value : CubicResize.resize(source, from, to)) {
            assertTrue(value >= range.min() && value <= range.max());
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void resampledLabelsHaveNoNewClass(@ForAll("shapes") final Shape shape, @ForAll("spacings") final Spacing spacing, @ForAll final long seed) throws CaseException {
        final byte[] label = Cases.labels(shape, seed, 0, 2, 7, 200);
        final ScanCase resampled = Resampling.apply(Cases.of(shape, spacing, label, Cases.noise(shape, seed)), new Spacing(1, 1, 1));
        for (final byte value : resampled.label().orElseThrow()) {
            assertTrue(Set.of(0, 2, 7, 200).contains(Byte.toUnsignedInt(value)));
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void everyShapePassesTheWholeChainAndItsHistoryLeadsBack(@ForAll("shapes") final Shape shape, @ForAll("spacings") final Spacing spacing,
                                                             @ForAll final long seed) throws CaseException {
        final ScanCase scan = Cases.of(shape, spacing, Cases.labels(shape, seed, 0, 1, 2), sparse(shape, seed), sparse(shape, seed + 1));
        final Spacing target = new Spacing(1.5, 0.8, 1);
        final ScanCase cropped = NonZeroCrop.apply(scan, Foreground.NOT_ZERO);
        final ScanCase resampled = Resampling.apply(cropped, target);
        final ScanCase normalized = Normalization.apply(resampled, Modality.MRI, Optional.empty(), ForegroundChannel.ABOVE_MEAN);
        final ScanCase padded = PatchPadding.apply(normalized, new Shape(9, 8, 7), 3);

        final CaseHistory history = padded.history();
        assertEquals(scan.geometry(), history.scan());
        assertEquals(cropped.shape(), history.crop().orElseThrow().shape());
        assertEquals(Resampling.newShape(cropped.shape(), spacing, target), resampled.shape());
        assertEquals(cropped.shape(), history.resampledFrom().orElse(resampled.shape()));
        assertEquals(resampled.shape(), history.padding().map(CaseHistory.Padding::from).orElse(padded.shape()));
        assertEquals(3, padded.channels().length);
        assertTrue(padded.shape().depth() >= 9 && padded.shape().height() >= 8 && padded.shape().width() >= 7);
        for (final float[] channel : padded.channels()) {
            for (final float value : channel) {
                assertTrue(Float.isFinite(value));
            }
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void shapesAreNeverEmptyAndKeepAxesOfTheTargetsSpacing(@ForAll("shapes") final Shape shape, @ForAll("spacings") final Spacing spacing) {
        final Shape small = Resampling.newShape(shape, spacing, new Spacing(100, spacing.y() + 5e-6, 100));
        assertEquals(new Shape(Math.max(1, (int) (spacing.z() / 100 * shape.depth())), shape.height(), Math.max(1, (int) (spacing.x() / 100 * shape.width()))), small);
    }

    /** About half of them are one voxel thin along some axis. */
    @Provide
    Arbitrary<Shape> shapes() {
        final Arbitrary<Integer> sizes = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(1)),
                Tuple.of(4, Arbitraries.integers().between(1, 14)));
        return Combinators.combine(sizes, sizes, sizes).as(Shape::new);
    }

    @Provide
    Arbitrary<Spacing> spacings() {
        final Arbitrary<Double> sizes = Arbitraries.of(0.5, 0.8, 1.0, 1.3, 1.5, 2.0, 4.5);
        return Combinators.combine(sizes, sizes, sizes).as(Spacing::new);
    }

    private static float[] sparse(final Shape shape, final long seed) {
        final float[] noise = Cases.noise(shape, seed);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = Math.abs(noise[i]) < 150 ? 0 : noise[i];
        }

        noise[Math.floorMod(seed, noise.length)] = 42;
        return noise;
    }
}
