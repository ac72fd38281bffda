/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nnunet.NpzFile;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DiceScoreTest {
    /** The golden values are 32-bit floats. */
    private static final double FLOAT_TOLERANCE = 1e-6;
    private static final double EXACT = 1e-12;
    private static final List<ScoredClass> CLASSES = List.of(new ScoredClass("one", 1), new ScoredClass("two", 2));
    private static final List<ScoredClass> REGIONS = List.of(new ScoredClass("TC", List.of(1, 3)), new ScoredClass("ET", 3), new ScoredClass("WT", List.of(1, 2, 3)));

    @ParameterizedTest
    @ValueSource(strings = {"normal", "class2_absent_in_label_present_in_pred", "class2_absent_in_both", "all_equal_logits_tie", "pred_all_background", "batch4_2d"})
    void classScoresAreTheReferences(final String name) throws IOException {
        final NpzFile inputs = NpzFile.resource("/golden/metric/dice_metric_inputs.npz");
        final byte[] prediction = largest(inputs.get(name + "__p"));
        final double[] scores = DiceScore.of(prediction, inputs.get(name + "__y").bytes(), CLASSES);
        assertArrayEquals(numbers(golden().get(name)), scores, FLOAT_TOLERANCE);
    }

    /** Index of the largest of [n][class][...], the first of equal ones. */
    private static byte[] largest(final NpyFile logits) {
        final float[] values = logits.floats();
        final int samples = logits.shape()[0];
        final int classes = logits.shape()[1];
        final int voxels = values.length / samples / classes;
        final byte[] label = new byte[samples * voxels];
        for (int i = 0; i < label.length; i++) {
            final int start = i / voxels * classes * voxels + i % voxels;
            for (int one = 1; one < classes; one++) {
                if (values[start + one * voxels] > values[start + label[i] * voxels]) {
                    label[i] = (byte) one;
                }
            }
        }

        return label;
    }

    /** Golden regions are scored apart, each against its own sigmoid output, and stand in the reference's rotated order. */
    @ParameterizedTest
    @ValueSource(strings = {"brats_normal", "brats_no_et_pred_some", "brats_no_et_pred_none", "brats_empty_pred_none", "brats_empty_pred_wt_only", "brats_sigmoid_exactly_half"})
    void regionScoresAreTheReferences(final String name) throws IOException {
        final NpzFile inputs = NpzFile.resource("/golden/metric/dice_metric_inputs.npz");
        final float[] logits = inputs.get(name + "__p").floats();
        final byte[] label = inputs.get(name + "__y").bytes();
        final double[] golden = numbers(golden().get(name).get("scores_as_returned"));
        final int[] output = {1, 2, 0};
        for (int i = 0; i < REGIONS.size(); i++) {
            final byte[] predicted = new byte[label.length];
            final byte[] reference = new byte[label.length];
            for (int voxel = 0; voxel < label.length; voxel++) {
                predicted[voxel] = (byte) (logits[output[i] * label.length + voxel] > 0 ? 1 : 0);
                reference[voxel] = (byte) (REGIONS.get(i).values().contains((int) label[voxel]) ? 1 : 0);
            }

            assertEquals(golden[i], DiceScore.of(LabelOverlap.count(predicted, reference), CLASSES.getFirst()), FLOAT_TOLERANCE, REGIONS.get(i).name());
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = DiceScoreTest.class.getResourceAsStream("/golden/metric/dice_metric.json")) {
            return new JsonMapper().readTree(in);
        }
    }

    private static double[] numbers(final JsonNode array) {
        final double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).doubleValue();
        }

        return numbers;
    }

    @Test
    void scoreOfAStoredPredictionIsThatOfTheReferencesEvaluation() throws IOException, CaseException {
        final Path folder = SharedFolder.require("golden/post");
        final NpyFile probabilities = NpyFile.read(folder.resolve("evaluate/preds/hippocampus_001.npy"));
        final JsonNode golden = new JsonMapper().readTree(Files.readString(folder.resolve("evaluate.json")));
        final int[] sizes = probabilities.shape();
        final float[] values = probabilities.floats();
        final byte[] prediction = new byte[sizes[1] * sizes[2] * sizes[3]];
        for (int voxel = 0; voxel < prediction.length; voxel++) {
            for (int one = 1; one < sizes[0]; one++) {
                if (values[one * prediction.length + voxel] > values[prediction[voxel] * prediction.length + voxel]) {
                    prediction[voxel] = (byte) one;
                }
            }
        }

        final byte[] reference = LabelFile.read(folder.resolve("evaluate/lbls/hippocampus_001.nii.gz"), NiftiLimits.forHeap()).voxels();
        assertArrayEquals(numbers(golden.get("per_case").get("hippocampus_001")), DiceScore.of(prediction, reference, CLASSES), EXACT);
    }

    @Test
    void regionOfSeveralClassesCountsThemAsOne() {
        final byte[] prediction = {1, 2, 3, 0, 0, 3};
        final byte[] reference = {2, 1, 3, 1, 0, 0};
        final double[] scores = DiceScore.of(prediction, reference, REGIONS);
        assertArrayEquals(new double[] {2.0 / 6, 2.0 / 3, 6.0 / 8}, scores, EXACT);
    }

    @Property
    void scoreIsSymmetricWhereBothHaveTheClass(@ForAll @Size(24) final byte[] first, @ForAll @Size(24) final byte[] second) {
        final byte[] prediction = folded(first);
        final byte[] reference = folded(second);
        prediction[0] = 1;
        reference[1] = 1;
        final double score = DiceScore.of(prediction, reference, CLASSES)[0];
        assertEquals(score, DiceScore.of(reference, prediction, CLASSES)[0], EXACT);
        assertTrue(score >= 0 && score <= 1);
    }

    @Property
    void labelScoresOneAgainstItself(@ForAll @Size(min = 1, max = 30) final byte[] values) {
        final byte[] label = folded(values);
        assertArrayEquals(new double[] {1, 1}, DiceScore.of(label, label, CLASSES));
    }

    private static byte[] folded(final byte[] values) {
        final byte[] label = new byte[values.length];
        for (int i = 0; i < label.length; i++) {
            label[i] = (byte) ((values[i] & 255) % 3);
        }

        return label;
    }

    @Test
    void valuesAbove127AreCounted() {
        final byte[] label = {(byte) 200, (byte) 255, 0};
        assertArrayEquals(new double[] {1}, DiceScore.of(label, label, List.of(new ScoredClass("vessel", 200))));
        assertEquals(1, LabelOverlap.count(label, label).predicted(List.of(255)));
    }
}
