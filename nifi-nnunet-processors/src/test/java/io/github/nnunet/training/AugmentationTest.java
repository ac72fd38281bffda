/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.random.RandomGenerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AugmentationTest {
    private static final Shape SHAPE = new Shape(6, 5, 8);
    private static final AugmentationSettings ALWAYS = new AugmentationSettings(1, 1, 1, 1, 1, 1);

    /** Every voxel has a value of its own; the second channel is the first, negated. */
    private static Patch numbered(final Shape shape) {
        final Patch patch = Patch.empty(shape, 2);
        final int voxels = shape.voxels();
        for (int voxel = 0; voxel < voxels; voxel++) {
            patch.image()[voxel] = voxel;
            patch.image()[voxels + voxel] = -voxel;
            patch.label()[voxel] = (byte) (voxel % 3);
        }

        return patch;
    }

    private static Patch copy(final Patch patch) {
        return new Patch(patch.shape(), patch.channels(), patch.image().clone(), patch.label().clone());
    }

    @Test
    void sameRandomNumbersGiveTheSamePatch() {
        final AugmentationChain chain = new AugmentationChain(ALWAYS);
        final Patch one = numbered(SHAPE);
        final Patch other = numbered(SHAPE);
        chain.apply(one, SampleRandom.of(1, 2, 3));
        chain.apply(other, SampleRandom.of(1, 2, 3));
        assertArrayEquals(one.image(), other.image());
        assertArrayEquals(one.label(), other.label());
        final Patch third = numbered(SHAPE);
        chain.apply(third, SampleRandom.of(1, 2, 4));
        assertFalse(Arrays.equals(one.image(), third.image()));
    }

    @Test
    void probabilityZeroLeavesThePatch() {
        final Patch patch = numbered(SHAPE);
        new AugmentationChain(AugmentationSettings.none()).apply(patch, SampleRandom.of(1, 0, 0));
        assertArrayEquals(numbered(SHAPE).image(), patch.image());
        assertArrayEquals(numbered(SHAPE).label(), patch.label());
    }

    @Test
    void eachAugmentationComesAsOftenAsItsProbabilitySays() {
        final RandomGenerator random = SampleRandom.of(5, 0, 0);
        final Augmentation augmentation = new BrightnessAugmentation(0.15);
        int changed = 0;
        for (int i = 0; i < 4000; i++) {
            final Patch patch = new Patch(new Shape(1, 1, 1), 1, new float[] {1}, new byte[1]);
            augmentation.apply(patch, random);
            changed += patch.image()[0] == 1 ? 0 : 1;
        }

        assertEquals(600, changed, 80);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void mirroringTurnsAnAxisRoundInImageAndLabel(final int axis) {
        final Patch before = numbered(SHAPE);
        final Patch patch = copy(before);
        FlipAugmentation.mirror(patch, axis);
        for (int z = 0; z < SHAPE.depth(); z++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < SHAPE.width(); x++) {
                    final int[] from = {z, y, x};
                    from[axis] = SHAPE.size(axis) - 1 - from[axis];
                    final int source = SHAPE.index(from[0], from[1], from[2]);
                    final int target = SHAPE.index(z, y, x);
                    assertEquals(before.image()[source], patch.image()[target]);
                    assertEquals(before.image()[SHAPE.voxels() + source], patch.image()[SHAPE.voxels() + target]);
                    assertEquals(before.label()[source], patch.label()[target]);
                }
            }
        }

        FlipAugmentation.mirror(patch, axis);
        assertArrayEquals(before.image(), patch.image());
    }

    @Test
    void noiseHasItsDeviation() {
        final float[] image = new float[40_000];
        NoiseAugmentation.add(image, 0.25, SampleRandom.of(1, 0, 0));
        double sum = 0;
        double squares = 0;
        for (final float value : image) {
            sum += value;
            squares += (double) value * value;
        }

        assertEquals(0, sum / image.length, 0.01);
        assertEquals(0.25, Math.sqrt(squares / image.length), 0.005);
    }

    @Test
    void blurIsAGaussianThatKeepsConstants() {
        final Shape shape = new Shape(13, 13, 13);
        final Patch constant = Patch.empty(shape, 1);
        Arrays.fill(constant.image(), 3);
        BlurAugmentation.blur(constant, 1.2);
        for (final float value : constant.image()) {
            assertEquals(3, value, 1e-5);
        }

        final Patch point = Patch.empty(shape, 1);
        point.image()[shape.index(6, 6, 6)] = 1;
        BlurAugmentation.blur(point, 1);
        final double centre = point.image()[shape.index(6, 6, 6)];
        assertEquals(Math.exp(-0.5), point.image()[shape.index(6, 6, 7)] / centre, 1e-5);
        assertEquals(Math.exp(-1), point.image()[shape.index(5, 6, 7)] / centre, 1e-5);
        assertEquals(Math.exp(-3), point.image()[shape.index(5, 8, 7)] / centre, 1e-5);
    }

    @Test
    void blurMirrorsAboutTheOutermostVoxels() {
        final Patch patch = new Patch(new Shape(1, 1, 3), 1, new float[] {1, 2, 4}, new byte[3]);
        BlurAugmentation.blur(patch, 0.5);
        final double side = Math.exp(-2);
        final double far = Math.exp(-8);
        final double sum = 1 + 2 * side + 2 * far;
        assertEquals((1 + 2 * 2 * side + 2 * 4 * far) / sum, patch.image()[0], 1e-6);
    }

    @Test
    void blurOfAVolumeThinnerThanTheKernelStaysFinite() {
        final Patch patch = numbered(new Shape(2, 1, 3));
        BlurAugmentation.blur(patch, 1.5);
        for (final float value : patch.image()) {
            assertTrue(Math.abs(value) <= 6, "Value " + value);
        }
    }

    @Test
    void zoomToTheWholePatchChangesNothing() {
        final Patch patch = numbered(SHAPE);
        ZoomAugmentation.zoom(patch, 1);
        assertArrayEquals(numbered(SHAPE).image(), patch.image());
        assertArrayEquals(numbered(SHAPE).label(), patch.label());
    }

    /** Cubic convolution reproduces straight lines away from the edge. */
    @Test
    void zoomEnlargesTheMiddle() {
        final Patch patch = Patch.empty(new Shape(1, 1, 20), 1);
        for (int x = 0; x < 20; x++) {
            patch.image()[x] = x;
            patch.label()[x] = (byte) (x < 10 ? 1 : 2);
        }

        ZoomAugmentation.zoom(patch, 0.8);
        for (int x = 2; x < 18; x++) {
            assertEquals(2 + (x + 0.5) * 0.8 - 0.5, patch.image()[x], 1e-4);
            assertEquals(x < 10 ? 1 : 2, patch.label()[x]);
        }
    }

    @Test
    void contrastStaysWithinTheRangeOfThePatch() {
        final float[] image = {-1, 0, 0.5f, 2};
        ContrastAugmentation.stretch(image, 1.5f);
        assertArrayEquals(new float[] {-1, 0, 0.75f, 2}, image);
    }

    @Test
    void brightnessMultiplies() {
        final float[] image = {-1, 0, 2};
        BrightnessAugmentation.scale(image, 0.75f);
        assertArrayEquals(new float[] {-0.75f, 0, 1.5f}, image);
    }

    @Test
    void slicesAreAugmentedInTheirPlane() {
        final Patch patch = numbered(new Shape(1, 12, 10));
        new AugmentationChain(ALWAYS).apply(patch, SampleRandom.of(1, 0, 0));
        for (final float value : patch.image()) {
            assertTrue(Float.isFinite(value));
        }
    }
}
