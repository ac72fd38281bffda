/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.ModelOutputs;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.network.UNetTopology;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the network is trained to tell is what the model that comes out is taken for. */
class TrainingOutputsTest {
    private static TorchEngine engine;

    @TempDir
    private Path folder;
    private Path dataset;

    @BeforeAll
    static void startEngine() throws TorchUnavailableException {
        engine = TorchEngine.start(TorchSettings.defaults());
    }

    @BeforeEach
    void prepare() throws IOException, CaseException {
        dataset = PreparedSample.write(folder.resolve("prepared"), 2);
    }

    private SegmentationModel train(final TrainingSettings settings) throws IOException, CaseException {
        final List<String> ids = PreparedSample.ids(2);
        final TrainingSettings quick = settings.withLength(new LengthSettings(1, 0, 0, 0));
        final TrainingJob job = new TrainingJob(dataset, folder.resolve("run"), 0, ids.subList(0, 1), ids.subList(1, 2), quick);
        try (TrainingRun run = TrainingRun.open(job, engine, ComputeDevice.CPU)) {
            assertTrue(Double.isFinite(run.runEpoch(() -> false, StepListener.SILENT).orElseThrow().loss()));
        }

        return ModelFile.read(folder.resolve("run/best.pt"));
    }

    private static TrainingSettings small(final LossSettings loss) {
        final TrainingSettings defaults = TrainingSettings.defaults();
        return defaults.withLoss(loss).withNetwork(defaults.network().withFilters(List.of(4, 8, 8)));
    }

    private static OutputActivation activation(final SegmentationModel model) throws CaseException {
        return ModelOutputs.of("best.pt", model.topology().outputChannels(), model.plan(), model.trainingJson());
    }

    @Test
    void aModelOfRegionsIsTakenForOne() throws IOException, CaseException {
        final Plan plan = PreparedSample.plan(3, PreparedSample.PATCH);
        final List<LabelClass> classes = new ArrayList<>(plan.classes());
        classes.add(new LabelClass(3, "enhancing"));
        new PreparedDataset(dataset).storePlan(new Plan(plan.task(), plan.name(), 3, plan.modality(), plan.channels(), classes, plan.spacing(), plan.patch(), Optional.empty(), false));

        final OutputActivation outputs = activation(train(small(new LossSettings(false, true, false, true))));

        assertInstanceOf(OutputActivation.NestedRegions.class, outputs);
        assertEquals(List.of("WT", "TC", "ET"), outputs.labels().stream().map(LabelClass::name).toList());
    }

    @Test
    void regionsOfBratsAreRefusedWhereTheClassesAreOthers() {
        final CaseException refusal = assertThrows(CaseException.class, () -> train(small(new LossSettings(false, true, false, true))));
        assertEquals(FaultCategory.UNSUPPORTED, refusal.category());
        assertTrue(refusal.getMessage().contains("the dataset Blocks has classes [0, 1, 2]"), refusal.getMessage());
    }

    @Test
    void aModelOfTheForegroundHasOneOutput() throws IOException, CaseException {
        final SegmentationModel model = train(small(new LossSettings(true, false, false, false)));
        assertEquals(1, model.topology().outputChannels());
        assertEquals(List.of(new LabelClass(1, "shell + core")), activation(model).labels());
    }

    @ParameterizedTest
    @EnumSource(Normalization.class)
    void normalizationSlopeAndResidualBlocksAreInTheModel(final Normalization normalization) throws IOException, CaseException {
        final NetworkSettings network = new NetworkSettings(Architecture.UNET, List.of(4, 8, 8), false, 2, 4, normalization, 0.2, true, false, 2, UnetrSettings.defaults());
        final OptimizerSettings sgd = new OptimizerSettings(OptimizerKind.SGD, 1e-3, 0.9, 1e-4, ScheduleKind.CONSTANT, 0, 1);
        final SegmentationModel model = train(TrainingSettings.defaults().withNetwork(network).withOptimizer(sgd));
        final UNetTopology topology = assertInstanceOf(UNetTopology.class, model.topology());
        assertEquals(normalization, topology.normalization());
        assertEquals(0.2, topology.negativeSlope());
        assertTrue(topology.residual());
        assertTrue(model.trainingJson().contains("\"kind\":\"SGD\""), model.trainingJson());
    }

    @Test
    void moreChannelsAreTheReferencesWiderOnes() {
        final NetworkSettings wide = new NetworkSettings(Architecture.UNET, List.of(), true, 5, 4, Normalization.INSTANCE, 0.01, false, false, 2, UnetrSettings.defaults());
        assertEquals(List.of(64, 96, 128), assertInstanceOf(UNetTopology.class, NetworkChoice.topology(wide, PreparedSample.plan(3, PreparedSample.PATCH), 3)).filters());
    }
}
