/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.training.PreparedSample;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** From which weights TrainUNet starts, and whether it starts at all. */
class TrainingStartTest {
    @TempDir
    private static Path datasets;
    private static byte[] job;

    @TempDir
    private Path results;
    private TestRunner runner;

    @BeforeAll
    static void prepare() throws IOException, CaseException {
        final List<String> ids = PreparedSample.ids(2);
        job = new FoldJob(PreparedSample.write(datasets, 2).toString(), 0, ids.subList(0, 1), ids.subList(1, 2)).toJson();
    }

    @BeforeEach
    void newRunner() throws InitializationException {
        final StandardGpuService service = new StandardGpuService();
        runner = TestRunners.newTestRunner(new TrainUNet());
        Runners.enableGpuService(runner, service);
        runner.setProperty(TrainUNet.GPU_SERVICE, "gpu");
        runner.setProperty(TrainUNet.RESULTS_FOLDER, results.toString());
        runner.setProperty(LengthProperties.EPOCHS, "1");
        runner.setProperty(NetworkProperties.FILTERS, "4,8,8");
    }

    private void train(final Map<String, String> attributes) {
        runner.enqueue(job, attributes);
        runner.run();
    }

    @Test
    @ProvesOption("TrainUNet: Initial Model")
    void aTrainingStartsFromTheModelThatTheJobNames() throws IOException, CaseException {
        train(Map.of());
        final Path model = Files.move(results.resolve("fold-0/best.pt"), results.resolve("first.pt"));
        runner.clearTransferState();
        runner.setProperty(TrainUNet.RESULTS_FOLDER, results.resolve("second").toString());
        runner.setProperty(StartProperties.INITIAL_MODEL, "${parent}");
        // A rate this small leaves the weights as they are.
        runner.setProperty(OptimizerProperties.LEARNING_RATE, "1e-12");
        train(Map.of("parent", model.toString()));

        final String summary = "36 of 36 weights taken over from first.pt; 0 have another shape there, 0 are missing there, 0 of its weights are not used";
        runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getFirst().assertAttributeEquals(CaseAttributes.TRAINING_TRANSFER, summary);
        runner.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst().assertAttributeEquals(CaseAttributes.TRAINING_TRANSFER, summary);
        assertTrue(runner.getLogger().getInfoMessages().stream().anyMatch(message -> message.getMsg().contains("taken over from")));
        assertTrue(Files.exists(results.resolve("second/fold-0/transfer.json")));
        final NetworkWeights weights = ModelFile.read(results.resolve("second/fold-0/best.pt")).weights();
        for (final NetworkWeights.Entry entry : ModelFile.read(model).weights().entries()) {
            assertArrayEquals(entry.values(), weights.entry(entry.name()).values(), 1e-6f, entry.name());
        }
    }

    @Test
    void aJobThatNamesNoModelStartsUntrained() {
        runner.setProperty(StartProperties.INITIAL_MODEL, "${parent}");
        train(Map.of());

        runner.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst().assertAttributeNotExists(CaseAttributes.TRAINING_TRANSFER);
    }

    @Test
    void aModelThatIsNotThereFailsTheJobWithASentence() {
        runner.setProperty(StartProperties.INITIAL_MODEL, results.resolve("absent.pt").toString());
        train(Map.of());

        final MockFlowFile failed = Runners.assertFailed(runner, "unreadable", job);
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).contains("absent.pt"), failed.getAttribute(CaseAttributes.ERROR));
    }

    @Test
    @ProvesOption("TrainUNet: Trained Layers")
    void onlyTheOutputsOfTheInitialModelAreTrainedWhereToldSo() throws IOException, CaseException {
        train(Map.of());
        final Path model = results.resolve("fold-0/best.pt");
        runner.setProperty(TrainUNet.RESULTS_FOLDER, results.resolve("second").toString());
        runner.setProperty(OptimizerProperties.TRAINED_LAYERS, TrainedLayersChoice.OUTPUTS.getValue());
        runner.assertNotValid();
        runner.setProperty(StartProperties.INITIAL_MODEL, model.toString());
        train(Map.of());

        final NetworkWeights before = ModelFile.read(model).weights();
        final NetworkWeights after = ModelFile.read(results.resolve("second/fold-0/best.pt")).weights();
        assertArrayEquals(before.entry("input_block.conv1.conv.weight").values(), after.entry("input_block.conv1.conv.weight").values());
        assertFalse(Arrays.equals(before.entry("output_block.conv.conv.weight").values(), after.entry("output_block.conv.conv.weight").values()));
    }

    @Test
    @ProvesOption("TrainUNet: Existing Run")
    void aJobThatHasNotBegunReplacesAnEarlierTrainingWhereToldSo() {
        train(Map.of());
        train(Map.of());
        runner.assertTransferCount(TrainUNet.PROGRESS, 1);

        runner.setProperty(StartProperties.EXISTING_RUN, ExistingRunChoice.REPLACE.getValue());
        train(Map.of());
        runner.assertTransferCount(TrainUNet.PROGRESS, 2);
    }

    @Test
    void aJobThatHasBegunGoesOnWhateverIsChosen() {
        train(Map.of());
        runner.setProperty(StartProperties.EXISTING_RUN, ExistingRunChoice.REPLACE.getValue());
        runner.setProperty(LengthProperties.EPOCHS, "2");
        train(Map.of(CaseAttributes.TRAINING_EPOCH, "1"));

        runner.assertTransferCount(TrainUNet.PROGRESS, 2);
        runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getLast().assertAttributeEquals(CaseAttributes.TRAINING_EPOCH, "2");
        assertEquals(0, runner.getQueueSize().getObjectCount());
    }
}
