/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.ProvesOption;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.training.ClassDice;
import io.github.nnunet.training.PreparedSample;
import io.github.nnunet.training.StepListener;
import io.github.nnunet.training.TrainingJob;
import io.github.nnunet.training.TrainingRun;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

/** From the properties of validation to the scores of a training: one that is ignored anywhere between fails here. */
class ValidationOptionsTest {
    @TempDir
    private static Path folder;
    private static Path dataset;
    private static TorchEngine engine;
    private static List<ClassDice> plain;

    @BeforeAll
    static void prepare() throws TorchUnavailableException, IOException, CaseException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        dataset = PreparedSample.write(folder.resolve("prepared"), 2, 3, new Shape(8, 8, 8));
        plain = scores(Map.of());
    }

    /** @return the scores after one epoch, which leaves any network of this seed the same */
    private static List<ClassDice> scores(final Map<PropertyDescriptor, String> options) throws IOException, CaseException {
        final TestRunner runner = TestRunners.newTestRunner(TrainUNet.class);
        runner.setProperty(LengthProperties.EPOCHS, "1");
        runner.setProperty(NetworkProperties.FILTERS, "4,8");
        runner.setProperty(NetworkProperties.DEPTH, "1");
        runner.setProperty(SamplingProperties.AUGMENTATION, AugmentationChoice.NONE);
        options.forEach(runner::setProperty);
        final List<String> ids = PreparedSample.ids(2);
        final Path runFolder = folder.resolve(Integer.toString(options.hashCode()));
        final TrainingJob job = new TrainingJob(dataset, runFolder, 0, ids.subList(0, 1), ids.subList(1, 2), TrainingProperties.read(runner.getProcessContext()));
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            return run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().classDice();
        }
    }

    @Test
    @ProvesOption("TrainUNet: Validation Overlap")
    void overlapChangesTheScores() throws IOException, CaseException {
        assertNotEquals(plain, scores(Map.of(ValidationProperties.VALIDATION_OVERLAP, "0")));
    }

    @Test
    @ProvesOption("TrainUNet: Validation Blend")
    void blendingChangesTheScores() throws IOException, CaseException {
        assertNotEquals(plain, scores(Map.of(ValidationProperties.VALIDATION_BLEND, BlendChoice.CONSTANT.getValue())));
    }

    @Test
    @ProvesOption("TrainUNet: Validation Test-Time Augmentation")
    void testTimeAugmentationChangesTheScores() throws IOException, CaseException {
        assertNotEquals(plain, scores(Map.of(ValidationProperties.VALIDATION_TEST_TIME_AUGMENTATION, "true")));
    }

    /** Without this, scores that differ would show nothing. */
    @Test
    void scoresAreTheSameWhateverTheBatch() throws IOException, CaseException {
        final List<ClassDice> alone = scores(Map.of(ValidationProperties.VALIDATION_BATCH_SIZE, "1"));
        for (int index = 0; index < plain.size(); index++) {
            assertEquals(plain.get(index).dice(), alone.get(index).dice(), 1e-3);
        }
    }
}
