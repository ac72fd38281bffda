/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pictures instead of volumes: files of two axes, and of three with a single slice, go through the whole chain. */
class FlatImagesTest {
    private static final int CASES = 6;
    private static final int WIDTH = 50;
    private static final int HEIGHT = 42;

    @TempDir
    private Path folder;
    private Path dataset;

    @BeforeEach
    void writePictures() throws IOException {
        dataset = folder.resolve("Task95_Discs");
        Files.createDirectories(dataset.resolve("imagesTr"));
        Files.createDirectories(dataset.resolve("labelsTr"));
        final List<String> training = new ArrayList<>();
        for (int number = 0; number < CASES; number++) {
            final String name = "disc_%d.nii".formatted(number);
            // Files of either kind in one dataset.
            writeCase(name, number % 2 == 0 ? List.of(WIDTH, HEIGHT) : List.of(WIDTH, HEIGHT, 1), new Random(number));
            training.add("{\"image\": \"./imagesTr/%1$s\", \"label\": \"./labelsTr/%1$s\"}".formatted(name));
        }

        Files.writeString(dataset.resolve("dataset.json"), """
                {"name": "Discs", "tensorImageSize": "2D", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "disc"},
                "numTraining": %d, "numTest": 0, "training": [%s], "test": []}
                """.formatted(CASES, String.join(", ", training)));
    }

    /** A bright disc on a dark ground, in noise. */
    private void writeCase(final String name, final List<Integer> dimensions, final Random random) throws IOException {
        final double centreX = 15 + 20 * random.nextDouble();
        final double centreY = 15 + 12 * random.nextDouble();
        final float[] image = new float[WIDTH * HEIGHT];
        final float[] label = new float[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                final boolean isInside = Math.hypot(x - centreX, y - centreY) < 9;
                label[y * WIDTH + x] = isInside ? 1 : 0;
                image[y * WIDTH + x] = (float) ((isInside ? 300 : 100) + 15 * random.nextGaussian());
            }
        }

        write(dataset.resolve("imagesTr").resolve(name), dimensions, image);
        write(dataset.resolve("labelsTr").resolve(name), dimensions, label);
    }

    private static void write(final Path file, final List<Integer> dimensions, final float[] values) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            NiftiWriter.write(out, NiftiHeader.of(dimensions, DataType.FLOAT32, Orientation.aligned(0.8, 0.8, 1)), new float[][] {values});
        }
    }

    private List<MockFlowFile> listed(final SplitChoice split) {
        final TestRunner runner = TestRunners.newTestRunner(ListCases.class);
        runner.setIncomingConnection(false);
        runner.setProperty(ListCases.DATASET_FOLDER, dataset.toString());
        runner.setProperty(ListCases.DIMENSIONS, DimensionChoice.TWO.getValue());
        runner.setProperty(ListCases.CHECK_DATASET, "true");
        runner.setProperty(ListCases.FOLDS, "3");
        runner.setProperty(ListCases.SPLIT, split.getValue());
        runner.run();
        assertEquals(List.of(), runner.getFlowFilesForRelationship(ListCases.FAILURE).stream().map(failed -> failed.getAttribute(CaseAttributes.ERROR)).toList());
        return runner.getFlowFilesForRelationship(ListCases.SUCCESS);
    }

    @Test
    @ProvesOption("ListCases: Dimensions")
    void picturesAreTrainedPredictedAndScored() throws InitializationException, IOException, CaseException {
        final List<MockFlowFile> prepared = Runners.through(new PadToPatch(), PadToPatch.SUCCESS, PhantomFlow.normalized(PhantomFlow.fetched(listed(SplitChoice.LABELLED))));
        assertEquals(CASES, prepared.size());
        prepared.getFirst().assertAttributeEquals(PlanAttributes.DIMENSIONS, "2");
        assertTrue(prepared.getFirst().getAttribute(CaseAttributes.CASE_SHAPE).startsWith("1,"), prepared.getFirst().getAttribute(CaseAttributes.CASE_SHAPE));

        final TestRunner collect = TestRunners.newTestRunner(CollectDataset.class);
        collect.setProperty(CollectDataset.PREPARED_FOLDER, folder.resolve("prepared").toString());
        final MockFlowFile model = train(Runners.run(collect, CollectDataset.JOB, prepared).getFirst());
        final List<MockFlowFile> segmentations = predict(PhantomFlow.normalized(PhantomFlow.fetched(listed(SplitChoice.VALIDATION))), model);
        assertEquals(2, segmentations.size());
        final LabelVolume segmentation = LabelFile.read(new ByteArrayInputStream(segmentations.getFirst().toByteArray()), "the segmentation", NiftiLimits.forHeap());
        assertEquals(new Shape(1, HEIGHT, WIDTH), segmentation.geometry().shape());
        for (final MockFlowFile scored : Runners.through(new ComputeDice(), ComputeDice.SUCCESS, segmentations)) {
            final double dice = Double.parseDouble(scored.getAttribute(CaseAttributes.DICE_PREFIX + "disc"));
            assertTrue(dice > 0.9, "Dice " + dice);
        }
    }

    private MockFlowFile train(final MockFlowFile job) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(TrainUNet.class);
        addService(runner);
        runner.setProperty(TrainUNet.RESULTS_FOLDER, folder.resolve("results").toString());
        runner.setProperty(LengthProperties.EPOCHS, "4");
        runner.setProperty(LengthProperties.SAMPLES_PER_EPOCH, "32");
        runner.setProperty(SamplingProperties.BATCH_SIZE, "4");
        runner.setProperty(NetworkProperties.DEPTH, "2");
        runner.setProperty(NetworkProperties.FILTERS, "8,16,16");
        runner.setProperty(OptimizerProperties.LEARNING_RATE, "0.01");
        Runners.enqueue(runner, job);
        runner.run(4);
        runner.assertTransferCount(TrainUNet.MODEL, 1);
        return runner.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst();
    }

    private static List<MockFlowFile> predict(final List<MockFlowFile> cases, final MockFlowFile model) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(SlidingWindowPredict.class);
        addService(runner);
        runner.setProperty(SlidingWindowPredict.MODEL_FILE, model.getAttribute(CaseAttributes.MODEL_PATH));
        return Runners.run(runner, SlidingWindowPredict.SEGMENTATION, cases);
    }

    private static void addService(final TestRunner runner) throws InitializationException {
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
        runner.setProperty(TrainUNet.GPU_SERVICE, "gpu");
    }

    @Test
    void aPictureIsResampledInItsPlane() throws IOException {
        final MockFlowFile fetched = PhantomFlow.fetched(listed(SplitChoice.LABELLED)).getFirst();
        final TestRunner runner = TestRunners.newTestRunner(Resample.class);
        runner.setProperty(Resample.TARGET_SPACING, "1,0.4,0.4");
        runner.enqueue(fetched.toByteArray(), Map.of());
        runner.run();

        runner.getFlowFilesForRelationship(Resample.SUCCESS).getFirst().assertAttributeEquals(CaseAttributes.CASE_SHAPE, "1,%d,%d".formatted(2 * HEIGHT, 2 * WIDTH));
    }
}
