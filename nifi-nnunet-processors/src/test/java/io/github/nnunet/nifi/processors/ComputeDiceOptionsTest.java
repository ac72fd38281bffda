/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the options of ComputeDice change. */
class ComputeDiceOptionsTest {
    private static final double REFERENCE_TOLERANCE = 1e-12;

    @TempDir
    private static Path folder;

    private static List<MockFlowFile> listed;

    private final TestRunner runner = TestRunners.newTestRunner(new ComputeDice(new SteppingClock()));

    @BeforeAll
    static void list() throws IOException {
        listed = new PhantomFlow(folder).listed();
    }

    @Test
    @ProvesOption("ComputeDice: Measures")
    void onlyTheMeasuresAskedForAreInTheSummary() throws IOException {
        runner.setProperty(ComputeDice.MEASURES, "Dice, HD95,sensitivity");
        scoreAll();

        final MockFlowFile summary = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getFirst();
        final JsonNode core = new ObjectMapper().readTree(summary.toByteArray()).path("classes").path("Core");
        assertEquals(0, core.path("hd95").doubleValue());
        assertEquals(1, core.path("sensitivity").doubleValue());
        assertFalse(core.has("precision"));
        assertFalse(core.has("volume_ml"));
    }

    @Test
    void volumesAreInTheSummaryUnlessLeftOut() throws IOException {
        scoreAll();

        final MockFlowFile summary = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).getFirst();
        final JsonNode core = new ObjectMapper().readTree(summary.toByteArray()).path("classes").path("Core");
        assertTrue(core.path("volume_ml").doubleValue() > 0);
        assertEquals(core.path("volume_ml"), core.path("reference_volume_ml"));
        assertFalse(core.has("hd95"));
        summary.assertAttributeEquals("nnunet.dice.Core", "1.0");
    }

    @Test
    void theSummaryHasMeanDeviationAndMedianOfEachClass() throws IOException {
        scoreAll();

        final String csv = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY).get(2).getContent();
        assertTrue(csv.startsWith("class,measure,mean,std,median,count\nBody,dice,1.0,0.0,1.0,5\n"), csv);
    }

    @Test
    @ProvesOption("ComputeDice: Surface Tolerance")
    void surfacesWithinTheToleranceAgree() throws IOException, CaseException {
        runner.setProperty(ComputeDice.MEASURES, "surface_dice");
        runner.setProperty(ComputeDice.CASE_SCORES, CaseScoresChoice.ATTRIBUTES.getValue());
        runner.setProperty(ComputeDice.SURFACE_TOLERANCE, "0");
        enqueueShifted();
        runner.run();
        runner.setProperty(ComputeDice.SURFACE_TOLERANCE, "50");
        enqueueShifted();
        runner.run();

        final List<MockFlowFile> scored = runner.getFlowFilesForRelationship(ComputeDice.SUCCESS);
        assertTrue(Double.parseDouble(scored.getFirst().getAttribute("nnunet.score.surface_dice.Body")) < 1);
        scored.getLast().assertAttributeEquals("nnunet.score.surface_dice.Body", "1.0");
    }

    @Test
    @ProvesOption("ComputeDice: Regions")
    void bratsRegionsAreScoredInPlaceOfClasses() throws IOException {
        runner.setProperty(ComputeDice.REGIONS, RegionChoice.BRATS.getValue());
        runner.enqueue(label(0), listed.getFirst().getAttributes());
        runner.run();

        final MockFlowFile scored = runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst();
        scored.assertAttributeEquals("nnunet.dice.WT", "1.0");
        scored.assertAttributeEquals("nnunet.dice.TC", "1.0");
        scored.assertAttributeEquals("nnunet.dice.ET", "1.0");
        scored.assertAttributeNotExists("nnunet.dice.Core");
    }

    @Test
    void scoresOfACaseAreAttributesWhereAskedFor() throws IOException {
        runner.setProperty(ComputeDice.CASE_SCORES, CaseScoresChoice.ATTRIBUTES.getValue());
        runner.enqueue(label(0), listed.getFirst().getAttributes());
        runner.run();

        final MockFlowFile scored = runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst();
        final JsonNode json = new ObjectMapper().readTree(scored.getAttribute(CaseAttributes.SCORES));
        assertEquals(1, json.path("classes").path("Core").path("dice").doubleValue());
        scored.assertAttributeEquals("nnunet.score.volume_ml.Core", json.path("classes").path("Core").path("volume_ml").asText());
    }

    @Test
    void scoresOfACaseAreContentWhereAskedFor() throws IOException {
        runner.setProperty(ComputeDice.CASE_SCORES, CaseScoresChoice.CONTENT.getValue());
        scoreAll();

        final List<MockFlowFile> scores = runner.getFlowFilesForRelationship(ComputeDice.SCORES);
        assertEquals(5, scores.size());
        final JsonNode json = new ObjectMapper().readTree(scores.getFirst().toByteArray());
        assertEquals(listed.getFirst().getAttribute(CaseAttributes.CASE_ID), json.path("id").asText());
        assertEquals(1, json.path("mean").doubleValue());
        scores.getFirst().assertAttributeEquals("mime.type", CaseAttributes.JSON);
        runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst().assertAttributeNotExists(CaseAttributes.SCORES);
    }

    @Test
    void theRelationshipOfScoresIsThereOnlyWhereTheyAreContent() {
        assertFalse(runner.getProcessor().getRelationships().contains(ComputeDice.SCORES));
        runner.setProperty(ComputeDice.CASE_SCORES, CaseScoresChoice.CONTENT.getValue());
        assertTrue(runner.getProcessor().getRelationships().contains(ComputeDice.SCORES));
    }

    @Test
    void aMeasureThatDoesNotExistIsRefused() {
        runner.setProperty(ComputeDice.MEASURES, "dice, jaccard");
        runner.assertNotValid();
        runner.setProperty(ComputeDice.MEASURES, "all");
        runner.assertValid();
        runner.setProperty(ComputeDice.SURFACE_TOLERANCE, "-1");
        runner.assertNotValid();
    }

    @Test
    void scoresAreThoseOfTheReferencesEvaluation() throws IOException, CaseException {
        final Path golden = SharedFolder.require("golden/post");
        final Path reference = golden.resolve("evaluate/lbls/hippocampus_001.nii.gz");
        final LabelVolume label = LabelFile.read(reference, NiftiLimits.forHeap());
        final byte[] prediction = winners(NpyFile.read(golden.resolve("evaluate/preds/hippocampus_001.npy")).floats(), label.voxels().length);
        final Map<String, String> attributes = new HashMap<>(listed.getFirst().getAttributes());
        final Plan plan = PlanAttributes.require(attributes);
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "Anterior"), new LabelClass(2, "Posterior"));
        attributes.putAll(PlanAttributes.of(new Plan("04", "Hippocampus", 3, plan.modality(), plan.channels(), classes, plan.spacing(), plan.patch(), plan.ctStatistics(), false)));
        attributes.put(CaseAttributes.LABEL_PATH, reference.toString());
        attributes.put(CaseAttributes.FRAGMENT_COUNT, "1");
        runner.setProperty(ComputeDice.MEASURES, "dice");
        runner.enqueue(bytes(new LabelVolume(prediction, label.geometry())), attributes);
        runner.run();

        final JsonNode expected = new ObjectMapper().readTree(golden.resolve("evaluate.json").toFile()).path("per_case").path("hippocampus_001");
        final MockFlowFile scored = runner.getFlowFilesForRelationship(ComputeDice.SUCCESS).getFirst();
        assertEquals(expected.get(0).doubleValue(), Double.parseDouble(scored.getAttribute("nnunet.dice.Anterior")), REFERENCE_TOLERANCE);
        assertEquals(expected.get(1).doubleValue(), Double.parseDouble(scored.getAttribute("nnunet.dice.Posterior")), REFERENCE_TOLERANCE);
        assertSummaries(expected);
    }

    /** The figures of the only case are those of the set, in JSON and in both tables. */
    private void assertSummaries(final JsonNode expected) throws IOException {
        final List<MockFlowFile> summaries = runner.getFlowFilesForRelationship(ComputeDice.SUMMARY);
        final JsonNode classes = new ObjectMapper().readTree(summaries.get(0).toByteArray()).path("classes");
        final String[] cases = summaries.get(1).getContent().split("\n");
        final String[] statistics = summaries.get(2).getContent().split("\n");
        final List<String> names = List.of("Anterior", "Posterior");
        for (int index = 0; index < names.size(); index++) {
            final double dice = expected.get(index).doubleValue();
            assertEquals(dice, classes.path(names.get(index)).path("dice").doubleValue(), REFERENCE_TOLERANCE);
            assertEquals(dice, number(cases[1 + index], names.get(index) + ",", 0), REFERENCE_TOLERANCE);
            assertEquals(dice, number(statistics[1 + index], names.get(index) + ",dice,", 0), REFERENCE_TOLERANCE);
            assertEquals(0, number(statistics[1 + index], names.get(index) + ",dice,", 1), REFERENCE_TOLERANCE);
            assertEquals(dice, number(statistics[1 + index], names.get(index) + ",dice,", 2), REFERENCE_TOLERANCE);
        }
    }

    /** @return a number in a line of CSV, counted from 0 behind the text before it */
    private static double number(final String line, final String before, final int column) {
        return Double.parseDouble(line.substring(line.indexOf(before) + before.length()).split(",")[column]);
    }

    private static byte[] winners(final float[] probabilities, final int voxels) {
        final byte[] winners = new byte[voxels];
        for (int voxel = 0; voxel < voxels; voxel++) {
            for (int one = 1; one < probabilities.length / voxels; one++) {
                if (probabilities[one * voxels + voxel] > probabilities[winners[voxel] * voxels + voxel]) {
                    winners[voxel] = (byte) one;
                }
            }
        }

        return winners;
    }

    private void scoreAll() throws IOException {
        for (int index = 0; index < listed.size(); index++) {
            runner.enqueue(label(index), listed.get(index).getAttributes());
        }

        runner.run(listed.size());
    }

    /** The label of the first case, moved by one voxel along x. */
    private void enqueueShifted() throws IOException, CaseException {
        final LabelVolume label = LabelFile.read(Path.of(listed.getFirst().getAttribute(CaseAttributes.LABEL_PATH)), NiftiLimits.forHeap());
        final byte[] shifted = new byte[label.voxels().length];
        System.arraycopy(label.voxels(), 0, shifted, 1, shifted.length - 1);
        runner.enqueue(bytes(new LabelVolume(shifted, label.geometry())), listed.getFirst().getAttributes());
    }

    private static byte[] bytes(final LabelVolume label) throws IOException {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        LabelFile.write(content, label.voxels(), label.geometry(), true);
        return content.toByteArray();
    }

    private static byte[] label(final int index) throws IOException {
        return Files.readAllBytes(Path.of(listed.get(index).getAttribute(CaseAttributes.LABEL_PATH)));
    }
}
