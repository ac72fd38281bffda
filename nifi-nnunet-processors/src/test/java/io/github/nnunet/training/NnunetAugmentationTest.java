/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.NpzFile;
import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** nnU-Net's own augmentations against its formulas in NumPy and SciPy (augmentation_golden.py), to 1e-5. */
class NnunetAugmentationTest {
    private static final float TOLERANCE = 1e-5f;
    private static final Shape SHAPE = new Shape(6, 9, 8);

    @TempDir
    private static Path folder;
    private static NpzFile golden;
    private static PreparedCase volume;

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        golden = NpzFile.resource("/golden/augmentation/augmentation.npz");
        final Geometry geometry = new Geometry(new Shape(14, 17, 15), Orientation.aligned(1, 1, 1));
        final ScanCase stored = new ScanCase(List.of("MRI"), new float[][] {golden.get("volume").floats()}, golden.get("label").bytes(), geometry, CaseHistory.of(geometry));
        new PreparedDataset(folder).store("volume", stored, Optional.empty(), geometry.shape());
        volume = new PreparedDataset(folder).open("volume");
    }

    private static Patch patch(final String name, final Shape shape) {
        return new Patch(shape, 1, golden.get(name).floats(), new byte[shape.voxels()]);
    }

    @Test
    void powersOfIntensitiesAreNnunets() {
        final Patch patch = patch("patch", SHAPE);
        GammaAugmentation.raise(patch.image(), 0, SHAPE.voxels(), 0.8, false);
        assertArrayEquals(golden.get("gamma_0.8").floats(), patch.image(), TOLERANCE);

        final Patch inverted = patch("patch", SHAPE);
        GammaAugmentation.raise(inverted.image(), 0, SHAPE.voxels(), 1.4, true);
        assertArrayEquals(golden.get("gamma_1.4_inverted").floats(), inverted.image(), TOLERANCE);
    }

    @Test
    void aConstantPatchStaysFiniteAndConstant() {
        final float[] image = {2, 2, 2};
        GammaAugmentation.raise(image, 0, 3, 1.4, true);
        assertArrayEquals(new float[] {2, 2, 2}, image, TOLERANCE);
    }

    @Test
    void lowResolutionIsNnunetsInBlocksAndInThickSlices() {
        final Patch patch = patch("patch", SHAPE);
        LowResolutionAugmentation.coarsen(patch, 0, 0.6);
        assertArrayEquals(golden.get("low_resolution_0.6").floats(), patch.image(), TOLERANCE);

        final Patch slices = patch("slices", new Shape(2, 12, 10));
        LowResolutionAugmentation.coarsen(slices, 0, 0.55);
        assertArrayEquals(golden.get("slices_low_resolution_0.55").floats(), slices.image(), TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({"about_all, 2, 3, 1, 8, 9, 10, 0.4, -0.3, 0.2", "in_plane, 5, 4, 2, 3, 10, 10, 2.1, 0, 0", "beyond, -3, 9, 9, 6, 8, 8, 0.5, 0.5, -0.5"})
    void aTurnedPatchIsWhatScipyInterpolates(final String name, final int z, final int y, final int x, final int depth, final int height, final int width,
                                             final double aboutZ, final double aboutY, final double aboutX) {
        final Patch turned = PatchRotation.draw(volume, new int[] {z, y, x}, new Shape(depth, height, width), PatchRotation.matrix(aboutZ, aboutY, aboutX));
        assertArrayEquals(golden.get("rotation_" + name).floats(), turned.image(), TOLERANCE);
        assertArrayEquals(golden.get("rotation_%s_label".formatted(name)).bytes(), turned.label());
    }

    @Test
    void aPatchThatIsNotTurnedIsTheOneThatIsCut() {
        final int[] start = {3, 2, 5};
        final Patch turned = PatchRotation.draw(volume, start, SHAPE, PatchRotation.matrix(0, 0, 0));
        final Patch cut = PatchSampler.read(volume, start, SHAPE);
        assertArrayEquals(cut.image(), turned.image());
        assertArrayEquals(cut.label(), turned.label());
    }

    @Test
    void thickSlicesAndSingleOnesAreTurnedInTheirPlane() {
        final RandomGenerator random = SampleRandom.of(1, 0, 0);
        final Shape slices = new Shape(2, 8, 8);
        final Patch turned = new PatchRotation(1, slices).draw(volume, new int[] {4, 4, 4}, random);
        final Patch first = new PatchRotation(1, new Shape(1, 8, 8)).draw(volume, new int[] {4, 4, 4}, SampleRandom.of(1, 0, 0));
        assertArrayEquals(first.image(), Arrays.copyOf(turned.image(), 64), TOLERANCE);
        assertTrue(Slices.areThick(slices));
        assertFalse(Slices.areThick(SHAPE));
    }

    @Test
    void longSlicesAreTurnedByFifteenDegreesAtMost() {
        // Turned by a right angle, the middle of the first row would come from beyond the volume, which has 15 voxels along x.
        final Shape slice = new Shape(1, 17, 3);
        for (int i = 0; i < 100; i++) {
            final Patch turned = new PatchRotation(1, slice).draw(volume, new int[] {4, 0, 6}, SampleRandom.of(1, 0, i));
            assertNotEquals(0f, turned.image()[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rotation", "gamma", "low_resolution"})
    void theSameSeedGivesTheSamePatch(final String name) {
        final AugmentationSettings settings = switch (name) {
            case "rotation" -> AugmentationSettings.none().withRotation();
            case "gamma" -> AugmentationSettings.none().withGamma();
            default -> AugmentationSettings.none().withLowResolution();
        };
        int changed = 0;
        for (int sample = 0; sample < 40; sample++) {
            final float[] plain = drawn(AugmentationSettings.none(), sample);
            final float[] varied = drawn(settings, sample);
            assertArrayEquals(varied, drawn(settings, sample));
            changed += Arrays.equals(plain, varied) ? 0 : 1;
        }

        assertTrue(changed > 0 && changed < 30, "Patches that changed: " + changed);
    }

    private static float[] drawn(final AugmentationSettings settings, final int sample) {
        final RandomGenerator random = SampleRandom.of(9, 0, sample);
        final Patch patch = new PatchSampler(SHAPE, 0, settings.rotation()).draw(volume, random);
        new AugmentationChain(settings).apply(patch, random);
        return patch.image();
    }

    @Test
    void probabilitiesAreNnunets() {
        final AugmentationSettings all = AugmentationSettings.none().withRotation().withGamma().withLowResolution();
        assertEquals(new AugmentationSettings(0, 0, 0, 0, 0, 0, 0.25, 0.1, 0.3, 0.2), all);
    }
}
