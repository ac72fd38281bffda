/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * The whole chain, from the NIfTI files on, against the reference's own preprocess.py (golden/README.md says which
 * versions). Labels, cropped labels, boxes and shapes exactly; intensities to 5e-6 without resampling (hippocampus)
 * and 1e-5 with it.
 */
class PreprocessingGoldenTest {
    private static final String GOLDEN = "golden/preproc/";
    private static final float NOT_RESAMPLED = 5e-6f;
    private static final float RESAMPLED = 1e-5f;

    @ParameterizedTest
    @ValueSource(strings = {"001", "041", "044", "048", "058", "084", "132", "259", "316"})
    void hippocampusTraining(final String number) throws IOException, CaseException {
        final Golden golden = Golden.of("hip_04_3d_training", "data/Task04_Hippocampus", "hippocampus_" + number);
        golden.assertTraining(NOT_RESAMPLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"001", "041", "044", "048"})
    void hippocampusForPredictionIsNotPadded(final String number) throws IOException, CaseException {
        final Golden golden = Golden.of("hip_04_3d_test", "data/Task04_Hippocampus", "hippocampus_" + number);
        final ScanCase prepared = golden.normalized(golden.resampled(golden.cropped()));
        golden.assertMeta(golden.cropped());
        golden.assertImage(prepared, NOT_RESAMPLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m01", "m02", "m03", "m04", "m05", "m06", "m07"})
    void magneticResonanceInThreeDimensions(final String name) throws IOException, CaseException {
        Golden.of("mri_91_3d_training", GOLDEN + "inputs/Task91_SynthMRI", name).assertTraining(RESAMPLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m01", "m04"})
    void magneticResonanceInTwoDimensionsIsNotResampled(final String name) throws IOException, CaseException {
        final Golden golden = Golden.of("mri_91_2d_training", GOLDEN + "inputs/Task91_SynthMRI", name);
        golden.assertPadded(golden.normalized(golden.cropped()), 2, RESAMPLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c01", "c02", "c03"})
    void anisotropicTomography(final String name) throws IOException, CaseException {
        Golden.of("ct_92_3d_training", GOLDEN + "inputs/Task92_SynthCTaniso", name).assertTraining(RESAMPLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p01", "p02", "p04"})
    void anisotropicProstate(final String name) throws IOException, CaseException {
        Golden.of("prostate_05_3d_training_patch10x40x40", GOLDEN + "inputs/Task05_Prostate", name).assertTraining(RESAMPLED);
    }

    @Test
    void prostateWithTheTargetsSpacingIsTheReferencesButForTheSliceItLoses() throws IOException, CaseException {
        final Golden golden = Golden.of("prostate_05_3d_training_patch10x40x40", GOLDEN + "inputs/Task05_Prostate", "p03");
        final ScanCase cropped = golden.cropped();
        final ScanCase resampled = golden.resampled(cropped);
        assertEquals(cropped.shape(), resampled.shape(), "3.6 mm in single precision is 3.6 mm");

        final Shape shape = new Shape(7, 30, 34);
        final ScanCase asReference = Resampling.resize(cropped, shape, true, golden.spacing());
        golden.assertPadded(golden.normalized(asReference), 3, RESAMPLED);
    }

    @Test
    void shapesAreThoseOfTheReference() throws IOException {
        for (final JsonNode row : new ObjectMapper().readTree(SharedFolder.require(GOLDEN + "new_shape_table.json").toFile())) {
            final double spacing = (float) row.get("pixdim").asDouble();
            final int size = row.get("n").asInt();
            final Shape shape = Resampling.newShape(new Shape(size, size, 1), new Spacing(spacing, 1, spacing), new Spacing(1, 1, 1));
            assertEquals(row.get("new").asInt(), shape.depth(), row.toString());
            assertEquals(size, shape.height(), "an axis that has the spacing");
        }
    }

    /** One case of a golden file, and the plan it was made with. */
    private record Golden(JsonNode plan, NpzFile arrays, ScanCase scan, String name) {

        private static Golden of(final String file, final String dataset, final String name) throws IOException, CaseException {
            final JsonNode plan = new ObjectMapper().readTree(SharedFolder.require(GOLDEN + file + ".json").toFile());
            final NpzFile arrays = NpzFile.read(SharedFolder.require(GOLDEN + file + ".npz"));
            final Path folder = SharedFolder.require(dataset);
            final ScanCase image = CaseFile.read(folder.resolve("imagesTr").resolve(name + ".nii.gz"), NiftiLimits.forHeap());
            final byte[] label = LabelFile.read(folder.resolve("labelsTr").resolve(name + ".nii.gz"), NiftiLimits.forHeap()).voxels();
            final ScanCase scan = new ScanCase(image.channelNames(), image.channels(), label, image.geometry(), image.history());
            return new Golden(plan, arrays, scan, name);
        }

        private Spacing spacing() {
            final JsonNode target = plan.get("target_spacing");
            return new Spacing(target.get(0).asDouble(), target.get(1).asDouble(), target.get(2).asDouble());
        }

        private Shape patch() {
            final JsonNode sizes = plan.get("patch_size");
            final int dimensions = sizes.size();
            return new Shape(dimensions == 2 ? 1 : sizes.get(0).asInt(), sizes.get(dimensions - 2).asInt(), sizes.get(dimensions - 1).asInt());
        }

        private ScanCase cropped() throws CaseException {
            return NonZeroCrop.apply(scan, Foreground.ABOVE_ZERO);
        }

        private ScanCase resampled(final ScanCase cropped) throws CaseException {
            return Resampling.apply(cropped, spacing());
        }

        private ScanCase normalized(final ScanCase resampled) throws CaseException {
            final boolean tomography = "CT".equals(plan.get("modality").asText());
            final JsonNode ct = plan.get("ct");
            final CtStatistics statistics = new CtStatistics(ct.get("min").asDouble(), ct.get("max").asDouble(), ct.get("mean").asDouble(), ct.get("std").asDouble());
            return Normalization.apply(resampled, tomography ? Modality.CT : Modality.MRI, Optional.of(statistics), ForegroundChannel.NONE);
        }

        private void assertTraining(final float tolerance) throws CaseException {
            assertPadded(normalized(resampled(cropped())), 3, tolerance);
        }

        private void assertPadded(final ScanCase normalized, final int dimensions, final float tolerance) throws CaseException {
            final ScanCase cropped = cropped();
            assertMeta(cropped);
            assertArrayEquals(arrays.get(name + "__orig_lbl").bytes(), cropped.label().orElseThrow(), "cropped label");
            final ScanCase padded = PatchPadding.apply(normalized, patch(), dimensions);
            assertImage(padded, tolerance);
            assertArrayEquals(arrays.get(name + "__y").bytes(), padded.label().orElseThrow(), "label");
        }

        private void assertMeta(final ScanCase cropped) {
            final Box box = cropped.history().crop().orElseThrow();
            final Shape whole = scan.shape();
            final Shape kept = cropped.shape();
            final long[] meta = {box.startZ(), box.startY(), box.startX(), box.endZ(), box.endY(), box.endX(),
                    whole.depth(), whole.height(), whole.width(), kept.depth(), kept.height(), kept.width()};
            assertArrayEquals(arrays.get(name + "__meta").longs(), meta, "box and shapes");
        }

        private void assertImage(final ScanCase prepared, final float tolerance) {
            final Shape shape = prepared.shape();
            final int[] sizes = {prepared.channels().length, shape.depth(), shape.height(), shape.width()};
            assertArrayEquals(arrays.get(name + "__x").shape(), sizes, "shape");
            final float[] expected = arrays.get(name + "__x").floats();
            final float[] actual = new float[expected.length];
            for (int channel = 0; channel < sizes[0]; channel++) {
                System.arraycopy(prepared.channel(channel), 0, actual, channel * shape.voxels(), shape.voxels());
            }

            assertArrayEquals(expected, actual, tolerance, "image");
        }
    }
}
