/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The whole chain from the listing to the scores with networks that learn within seconds: in 2D, and on CT. */
class ShortTrainingTest {
    /** The larger class alone gives 0.45. */
    private static final double LEAST_DICE_OF_PHANTOM = 0.6;
    /** To call every voxel liver gives 0.6. */
    private static final double LEAST_DICE_OF_LIVER = 0.7;
    private static final int LIVER = 5;
    private static final int KIDNEY = 2;
    private static final int LARGEST_LABEL = 255;
    private static final int CT_CASES = 4;
    /** The box of the scan, x, y, z, with parts of liver and right kidney. */
    private static final int[] BEGIN = {56, 26, 2};
    private static final int[] SIZE = {40, 40, 20};

    @TempDir
    private Path folder;

    /** A model, and its scores as JSON. */
    private record Outcome(MockFlowFile model, MockFlowFile summary) {
    }

    @Test
    void aNetworkOfSlicesLearnsThePhantom() throws Exception {
        final PhantomFlow phantom = new PhantomFlow(folder);
        final Outcome outcome = trainAndScore(phantom.dataset(), Map.of("Dimensions", "2"), "",
                Map.of("Epochs", "2", "Samples Per Epoch", "128", "Batch Size", "4", "Volumes Per Batch", "4", "Learning Rate", "0.01", "Validation Grid", "original"));

        outcome.summary().assertAttributeEquals(PlanAttributes.DIMENSIONS, "2");
        assertTrue(dice(outcome.summary(), "mean") > LEAST_DICE_OF_PHANTOM, outcome.summary()::getContent);
        // Padding moves the windows.
        assertEquals(dice(outcome.summary(), "mean"), Double.parseDouble(outcome.model().getAttribute(CaseAttributes.TRAINING_DICE)), 0.02);
    }

    @Test
    void aNetworkLearnsTheOrgansOfACtScanThatALabelMappingChose() throws Exception {
        final Path ct = SharedFolder.require("data/ct");
        final Path dataset = ctDataset(ct);
        final StringJoiner mapping = new StringJoiner(",");
        for (int value = 1; value <= LARGEST_LABEL; value++) {
            mapping.add("%d:%d".formatted(value, value == LIVER ? 1 : value == KIDNEY ? 2 : 0));
        }

        final MockFlowFile summary = trainAndScore(dataset, Map.of(), mapping.toString(),
                Map.of("Epochs", "2", "Samples Per Epoch", "28", "Batch Size", "2", "Learning Rate", "0.004")).summary();

        summary.assertAttributeEquals(PlanAttributes.MODALITY, "CT");
        assertTrue(dice(summary, "liver") > LEAST_DICE_OF_LIVER, summary::getContent);
    }

    /** @return four cases of one scan, each a box a few voxels further; the label files have all their 117 classes */
    private Path ctDataset(final Path ct) throws IOException, CaseException {
        final Path dataset = folder.resolve("Task60_Organs");
        final NiftiImage scan = NiftiReader.read(ct.resolve("example_ct_sm.nii.gz"), NiftiLimits.forHeap());
        final NiftiImage label = NiftiReader.read(ct.resolve("example_seg.nii.gz"), NiftiLimits.forHeap());
        final StringJoiner training = new StringJoiner(",");
        for (int index = 0; index < CT_CASES; index++) {
            final String name = "organs_%d.nii".formatted(index);
            writeBox(dataset.resolve("imagesTr"), name, scan, 4 * index);
            writeBox(dataset.resolve("labelsTr"), name, label, 4 * index);
            training.add("{\"image\": \"./imagesTr/%s\", \"label\": \"./labelsTr/%s\"}".formatted(name, name));
        }

        Files.writeString(dataset.resolve("dataset.json"), """
                {"name": "Organs", "modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver", "2": "kidney"}, "training": [%s], "test": []}""".formatted(training));
        return dataset;
    }

    private static void writeBox(final Path target, final String name, final NiftiImage image, final int shift) throws IOException {
        final int width = image.header().width();
        final int height = image.header().height();
        final float[] values = new float[SIZE[0] * SIZE[1] * SIZE[2]];
        for (int z = 0; z < SIZE[2]; z++) {
            for (int y = 0; y < SIZE[1]; y++) {
                System.arraycopy(image.volume(0), ((BEGIN[2] + z) * height + BEGIN[1] + y) * width + BEGIN[0] + shift, values, (z * SIZE[1] + y) * SIZE[0], SIZE[0]);
            }
        }

        Files.createDirectories(target);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target.resolve(name)))) {
            NiftiWriter.write(out, NiftiHeader.of(List.of(SIZE[0], SIZE[1], SIZE[2]), DataType.FLOAT32, Orientation.aligned(3, 3, 3)), new float[][] {values});
        }
    }

    private static double dice(final MockFlowFile summary, final String name) {
        return Double.parseDouble(summary.getAttribute(CaseAttributes.DICE_PREFIX + name));
    }

    /** Fold 0 of two. */
    private Outcome trainAndScore(final Path dataset, final Map<String, String> listing, final String mapping, final Map<String, String> training) throws InitializationException {
        final Map<String, String> listed = new HashMap<>(listing);
        listed.putAll(Map.of("Dataset Folder", dataset.toString(), "Folds", "2"));
        final TestRunner list = runner(new ListCases(), listed);
        list.setIncomingConnection(false);
        list.run();
        final List<MockFlowFile> cases = list.getFlowFilesForRelationship(ListCases.SUCCESS);
        final Map<String, String> mapped = mapping.isEmpty() ? Map.of() : Map.of("Label Mapping", mapping);
        final List<MockFlowFile> padded = step(new PadToPatch(), Map.of(), PadToPatch.SUCCESS, PhantomFlow.normalized(step(new FetchCase(), mapped, FetchCase.SUCCESS, cases)));
        final Map<String, String> collected = new HashMap<>(mapped);
        collected.put("Prepared Folder", folder.resolve("prepared").toString());
        final List<MockFlowFile> jobs = step(new CollectDataset(), collected, CollectDataset.JOB, padded);

        final MockFlowFile model = train(jobs.getFirst(), training);
        final TestRunner validation = runner(new ListCases(), with(listed, Map.of("Split", SplitChoice.VALIDATION.getValue(), "Fold", "0")));
        final List<MockFlowFile> kept = Runners.run(validation, ListCases.SUCCESS, List.of(model));
        final TestRunner predict = runner(new SlidingWindowPredict(), Map.of("Overlap", "0.25"));
        addGpuService(predict);
        final List<MockFlowFile> segmentations = Runners.run(predict, SlidingWindowPredict.SEGMENTATION, PhantomFlow.normalized(step(new FetchCase(), mapped, FetchCase.SUCCESS, kept)));
        final List<MockFlowFile> summaries = step(new ComputeDice(), mapped, ComputeDice.SUMMARY, segmentations);
        assertEquals("dice.json", summaries.getFirst().getAttribute("filename"));
        return new Outcome(model, summaries.getFirst());
    }

    private MockFlowFile train(final MockFlowFile job, final Map<String, String> training) throws InitializationException {
        final TestRunner train = runner(new TrainUNet(), with(training, Map.of("Results Folder", folder.resolve("results").toString(), "Filters", "8, 16, 32, 32, 32", "Augmentation", "none",
                "Validation Interval", training.get("Epochs"), "Validation Overlap", "0.25")));
        addGpuService(train);
        Runners.enqueue(train, job);
        train.run(Integer.parseInt(training.get("Epochs")));
        train.assertTransferCount(TrainUNet.MODEL, 1);
        return train.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst();
    }

    private static List<MockFlowFile> step(final Processor processor, final Map<String, String> properties, final Relationship relationship, final List<MockFlowFile> flowFiles) {
        return Runners.run(runner(processor, properties), relationship, flowFiles);
    }

    private static TestRunner runner(final Processor processor, final Map<String, String> properties) {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        properties.forEach(runner::setProperty);
        return runner;
    }

    private static Map<String, String> with(final Map<String, String> properties, final Map<String, String> more) {
        final Map<String, String> all = new HashMap<>(properties);
        all.putAll(more);
        return all;
    }

    private static void addGpuService(final TestRunner runner) throws InitializationException {
        final StandardGpuService service = new StandardGpuService();
        runner.addControllerService("gpu", service);
        runner.setProperty(service, "Device", "cpu");
        runner.enableControllerService(service);
        runner.setProperty("GPU Service", "gpu");
    }
}
