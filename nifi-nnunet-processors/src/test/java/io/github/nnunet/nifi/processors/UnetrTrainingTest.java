/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.UnetrTopology;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.volume.Shape;

import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

class UnetrTrainingTest {
    @TempDir
    private Path folder;
    private List<MockFlowFile> prepared;
    private PreparedDataset dataset;
    private MockFlowFile job;

    @BeforeEach
    void collect() throws CaseException, IOException {
        prepared = new PhantomFlow(folder).prepared();
        final TestRunner runner = TestRunners.newTestRunner(CollectDataset.class);
        runner.setProperty(CollectDataset.PREPARED_FOLDER, folder.resolve("prepared").toString());
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, "0");
        job = Runners.run(runner, CollectDataset.JOB, prepared).getFirst();
        dataset = new PreparedDataset(folder.resolve("prepared"));
        dataset.storePlan(TinyModel.withSmallPatch(dataset.plan()));
    }

    @Test
    @ProvesOption({"TrainUNet: Architecture", "TrainUNet: Feature Size", "TrainUNet: Hidden Size", "TrainUNet: Perceptron Size", "TrainUNet: Attention Heads"})
    void aTrainedUnetrPredicts() throws InitializationException, CaseException, IOException {
        final TestRunner training = runner(new TrainUNet());
        training.run();
        training.assertTransferCount(TrainUNet.MODEL, 1);
        final Path model = Path.of(training.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst().getAttribute(CaseAttributes.MODEL_PATH));
        final UnetrTopology topology = assertInstanceOf(UnetrTopology.class, ModelFile.read(model).topology());
        assertEquals(List.of(2, 8, 24, 4), List.of(topology.features(), topology.hiddenSize(), topology.perceptronSize(), topology.heads()));
        assertEquals(new Shape(16, 16, 16), topology.patch());

        final TestRunner prediction = withService(TestRunners.newTestRunner(SlidingWindowPredict.class));
        prediction.setProperty(SlidingWindowPredict.GPU_SERVICE, "gpu");
        prediction.enqueue(prepared.getFirst().toByteArray(), withModel(prepared.getFirst(), model));
        prediction.run();
        prediction.assertTransferCount(SlidingWindowPredict.SEGMENTATION, 1);
    }

    private static Map<String, String> withModel(final MockFlowFile flowFile, final Path model) {
        final Map<String, String> attributes = new HashMap<>(flowFile.getAttributes());
        attributes.put(CaseAttributes.MODEL_PATH, model.toString());
        return attributes;
    }

    @Test
    void aPatchThatCubesDoNotFillFailsTheJob() throws InitializationException, CaseException, IOException {
        dataset.storePlan(withPatch(3, new Shape(16, 24, 16)));
        final TestRunner training = runner(new TrainUNet());
        training.run();
        Runners.assertFailed(training, "unsupported");
        assertReason(training, "the patch of 16x24x16 voxels is not a multiple of that along every axis");
    }

    @Test
    void aPlanForSlicesFailsTheJob() throws InitializationException, CaseException, IOException {
        dataset.storePlan(withPatch(2, new Shape(1, 16, 16)));
        final TestRunner training = runner(new TrainUNet());
        training.run();
        Runners.assertFailed(training, "unsupported");
        assertReason(training, "A UNETR is a 3D network");
    }

    private Plan withPatch(final int dimensions, final Shape patch) throws CaseException, IOException {
        final Plan of = dataset.plan();
        return new Plan(of.task(), of.name(), dimensions, of.modality(), of.channels(), of.classes(), of.spacing(), patch, of.ctStatistics(), of.foregroundChannel());
    }

    private static void assertReason(final TestRunner runner, final String part) {
        final String reason = runner.getFlowFilesForRelationship(AbstractFaultProcessor.FAILURE).getFirst().getAttribute(CaseAttributes.ERROR);
        assertTrue(reason.contains(part), reason);
    }

    private TestRunner runner(final TrainUNet processor) throws InitializationException {
        final TestRunner runner = withService(TestRunners.newTestRunner(processor));
        runner.setProperty(TrainUNet.GPU_SERVICE, "gpu");
        runner.setProperty(TrainUNet.RESULTS_FOLDER, folder.resolve("results").toString());
        runner.setProperty(LengthProperties.EPOCHS, "1");
        runner.setProperty(LengthProperties.SAMPLES_PER_EPOCH, "2");
        runner.setProperty(NetworkProperties.ARCHITECTURE, ArchitectureChoice.UNETR.getValue());
        runner.setProperty(NetworkProperties.FEATURE_SIZE, "2");
        runner.setProperty(NetworkProperties.HIDDEN_SIZE, "8");
        runner.setProperty(NetworkProperties.PERCEPTRON_SIZE, "24");
        runner.setProperty(NetworkProperties.ATTENTION_HEADS, "4");
        runner.setProperty(ValidationProperties.VALIDATION_OVERLAP, "0");
        Runners.enqueue(runner, job);
        return runner;
    }

    private static TestRunner withService(final TestRunner runner) throws InitializationException {
        final StandardGpuService service = new StandardGpuService();
        Runners.enableGpuService(runner, service);
        return runner;
    }
}
