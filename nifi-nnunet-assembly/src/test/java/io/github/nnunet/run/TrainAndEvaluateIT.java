/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.Fold;
import io.github.nnunet.dataset.Folds;
import io.github.nnunet.dataset.PhantomDataset;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The whole way in a real NiFi, in the order of the methods: one run of the template that is stopped once and killed once
 * on its way, and then in the same NiFi a dataset of damaged files, and all folds of a small one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrainAndEvaluateIT {
    private static final int EPOCHS = 6;
    private static final int FOLDS = 2;
    private static final int CASES_OF_A_FOLD = 2;
    // Labels drawn at random, or an untrained network, stay below 0.1.
    private static final double LEAST_DICE = 0.5;
    private static final Duration START_TIME = Duration.ofMinutes(5);
    private static final Path SHARED = Path.of(System.getProperty("nnunet.shared"));

    private Path folder;
    private Installation installation;
    private ResultsFolder results;
    private Path dataset;
    private NifiInstance nifi;
    private TemplateFlow flow;
    private final Set<String> bulletins = new TreeSet<>();

    @BeforeAll
    void startNifi() throws Exception {
        // Not a temporary folder of JUnit's: NiFi's logs are wanted when a test has failed.
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/system-test")).toAbsolutePath(), "run-");
        installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
        results = new ResultsFolder(folder.resolve("results"));
        dataset = TestDataset.smallest(folder, SHARED);
        nifi = start();
    }

    @AfterAll
    void stopNifi() throws IOException {
        if (nifi != null) {
            nifi.close();
            nifi.deleteUnpacked();
        }
    }

    @Test
    @Order(1)
    void everyTypeOfTheTemplateIsKnown() throws Exception {
        flow = TemplateFlow.upload(nifi, RunCommand.GROUP, installation.trainAndEvaluate());

        assertEquals(List.of(), flow.unknownTypes());
    }

    @Test
    @Order(2)
    void theTemplateIsValidOnceItsParametersAreSet() throws Exception {
        flow.group().setParameters(Map.of("Dataset Folder", dataset.toString(), "Results Folder", results.path().toString(), "Filters", "16, 32, 64, 128",
                "Epochs", Integer.toString(EPOCHS), "Samples Per Epoch", "40", "Learning Rate", "0.003", "Augmentation", "flips", "Device", "cpu"));
        flow.group().enableServices();

        assertEquals(List.of(), flow.group().validationErrors());
    }

    @Test
    @Order(3)
    void trainingGoesOnAfterStopAndStart() throws Exception {
        flow.group().start();
        awaitEpoch(1);
        flow.group().stop();
        final int stopped = epoch();
        // Whatever was under way is given up, so nothing can be done when all threads have ended.
        assertTrue(flow.group().status().queued() > 0);
        flow.group().start();

        awaitEpoch(stopped + 1);
        assertTrue(Files.exists(results.path().resolve("fold-0/last.pt")));
        assertTrue(Files.exists(results.path().resolve("fold-0/report.png")));
    }

    @Test
    @Order(4)
    void trainingGoesOnAfterACrash() throws Exception {
        final int before = epoch();
        bulletins.addAll(flow.bulletins());
        nifi.kill();
        nifi = start();
        flow = TemplateFlow.find(nifi, RunCommand.GROUP);

        awaitEpoch(before + 1);
        assertTrue(epoch() <= before + 2, "after a crash training began at another epoch than it had come to");
    }

    @Test
    @Order(5)
    void everyValidationCaseIsScoredOnceAndNetworkHasLearned() throws Exception {
        flow.awaitIdle(() -> Files.exists(results.scores()));

        final JsonNode scores = new ObjectMapper().readTree(results.scores().toFile());
        assertEquals(validationCases(), scoredCases(results));
        System.out.printf("Mean Dice of the system test: %.4f%n", results.meanDice());
        assertTrue(results.meanDice() > LEAST_DICE, () -> scores.toPrettyString());
        assertTrue(Files.exists(results.path().resolve("dice.csv")));
        assertTrue(Files.exists(results.scoreTable()));
        assertTrue(Files.readString(results.report(0)).contains("all epochs are done"));
    }

    @Test
    @Order(6)
    void noCaseAndNoEpochIsLost() throws Exception {
        assertEquals(TestDataset.CASES, results.progress(Map.of()).prepared());
        final Set<Integer> epochs;
        try (Stream<String> lines = Files.lines(results.path().resolve("fold-0/logs.json"))) {
            epochs = lines.filter(line -> line.contains("\"Train loss\"")).map(TrainAndEvaluateIT::stepOf).collect(Collectors.toCollection(TreeSet::new));
        }

        assertEquals(IntStream.range(0, EPOCHS).boxed().collect(Collectors.toCollection(TreeSet::new)), epochs);
        assertEquals(List.of(), results.failures());
    }

    @Test
    @Order(7)
    void segmentationsHaveTheGridOfTheirScansAndTheClassesOfTheDataset() throws Exception {
        for (final String id : validationCases()) {
            final NiftiHeader scan = NiftiReader.readHeader(dataset.resolve("imagesTr").resolve(id + ".nii.gz"));
            final NiftiImage segmentation = NiftiReader.read(results.segmentations().resolve(id + ".nii.gz"), NiftiLimits.forHeap());

            assertEquals(scan.dimensions().subList(0, 3), segmentation.header().dimensions());
            assertArrayEquals(scan.orientation().affine(), segmentation.header().orientation().affine(), 1e-6);
            final Set<Integer> values = new TreeSet<>();
            for (final float value : segmentation.volume(0)) {
                values.add((int) value);
            }

            assertTrue(Set.of(0, 1, 2).containsAll(values), () -> id + " has the values " + values);
        }
    }

    @Test
    @Order(8)
    void nothingUnexpectedIsReported() throws Exception {
        bulletins.addAll(flow.bulletins());

        assertEquals(Set.of(), bulletins);
    }

    @Test
    @Order(9)
    void damagedFilesEndAsFailuresAndNifiGoesOn() throws Exception {
        final Path damaged = folder.resolve("Task04_Damaged");
        final List<String> cases = TestDataset.damaged(damaged, dataset, SHARED);
        final ResultsFolder failed = new ResultsFolder(folder.resolve("failed-results"));
        Files.createDirectories(failed.path());
        flow.group().setParameters(Map.of("Dataset Folder", damaged.toString(), "Results Folder", failed.path().toString(), "Task", "04", "Folds", "2"));
        flow.await(() -> failed.failures().size() >= cases.size());

        final List<FailureReport> reports = failed.failures();
        assertEquals(new TreeSet<>(cases), reports.stream().map(FailureReport::name).collect(Collectors.toCollection(TreeSet::new)));
        for (final FailureReport report : reports) {
            assertTrue(report.error().endsWith("."), report.error());
        }

        assertTrue(nifi.isAlive());
        assertTrue(nifi.client().isReady());
        assertFalse(Files.exists(failed.scores()));
    }

    @Test
    @Order(10)
    void allFoldsAreTrainedAndScoredTogether() throws Exception {
        final Path phantom = folder.resolve(PhantomDataset.FOLDER_NAME + "_Folds");
        PhantomDataset.write(phantom, FOLDS * CASES_OF_A_FOLD, 1);
        final ResultsFolder all = new ResultsFolder(folder.resolve("all-folds-results"));
        Files.createDirectories(all.path());
        flow.group().setParameters(Map.of("Dataset Folder", phantom.toString(), "Results Folder", all.path().toString(), "Task", "auto", "Folds", Integer.toString(FOLDS), "Fold", "all",
                "Epochs", "1", "Samples Per Epoch", "4", "Filters", "8, 16, 32, 32", "Validation Overlap", "0", "Label Mapping", "2:1"));
        flow.await(() -> !all.failures().isEmpty() || scoredCases(all).size() == FOLDS * CASES_OF_A_FOLD);

        assertEquals(List.of(), all.failures());
        final JsonNode scores = new ObjectMapper().readTree(all.scores().toFile());
        assertEquals(FOLDS, scores.path("folds").size());
        for (int fold = 0; fold < FOLDS; fold++) {
            assertTrue(Files.exists(all.models().resolve("model-fold-%d.pt".formatted(fold))));
            assertEquals(CASES_OF_A_FOLD, scores.path("cases").findValuesAsText("fold").stream().filter(Integer.toString(fold)::equals).count());
        }

        assertEquals(FOLDS * CASES_OF_A_FOLD, scoredCases(all).stream().distinct().count());
        final PreparedDataset prepared = new PreparedDataset(all.path().resolve("prepared"));
        for (final String id : prepared.caseIds()) {
            assertEquals(Set.of(1), prepared.open(id).foregroundValues());
        }
    }

    /** @return none while a file with the scores of one more fold takes the place of the one before */
    private static List<String> scoredCases(final ResultsFolder results) throws IOException {
        try {
            return new ObjectMapper().readTree(Files.readString(results.scores())).path("cases").findValuesAsText("id");
        } catch (final NoSuchFileException e) {
            return List.of();
        }
    }

    private NifiInstance start() throws IOException, RunException, InterruptedException {
        final NifiInstance instance = NifiInstance.start(new NifiSettings(installation.nifi(), results.nifi(), 0, "1g", List.of()));
        instance.awaitReady(START_TIME);
        return instance;
    }

    private void awaitEpoch(final int epoch) throws Exception {
        flow.await(() -> epoch() >= epoch);
    }

    private int epoch() throws IOException {
        return results.progress(Map.of()).epoch().map(report -> report.epoch()).orElse(0);
    }

    private List<String> validationCases() throws IOException, CaseException {
        final DatasetDescription description = DatasetDescription.read(dataset);
        final Fold fold = Folds.kfold(description.training().size(), 5, Folds.SEED).getFirst();
        return Arrays.stream(fold.validation()).mapToObj(index -> description.training().get(index).id()).sorted().toList();
    }

    private static int stepOf(final String line) {
        return Integer.parseInt(line.replaceFirst("^.*\"step\":\\[(\\d+)].*$", "$1"));
    }
}
