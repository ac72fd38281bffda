/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PlanJson;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.PrecisionChoice;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchmarkUNetTest {
    private static final Plan PLAN = plan(List.of("MRI"), 3, new Shape(16, 16, 16));

    @TempDir
    private Path folder;

    private static Plan plan(final List<String> channels, final int dimensions, final Shape patch) {
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "front"), new LabelClass(2, "back"));
        return new Plan("90", "Blocks", dimensions, Modality.MRI, channels, classes, new Spacing(1, 1, 1), patch, Optional.empty(), false);
    }

    @Test
    void trainingStepsOfTheFlowfilesPlanAreTimed() throws InitializationException, IOException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.enqueue("a trigger", PlanAttributes.of(PLAN));
        runner.run();

        final MockFlowFile log = onlySuccess(runner);
        log.assertAttributeEquals(CaseAttributes.BENCHMARK_MODE, "train");
        log.assertAttributeEquals("filename", "perf.json");
        final JsonNode figures = figures(log);
        assertEquals(Set.of("throughput_train", "latency_train_mean", "latency_train_90", "latency_train_95", "latency_train_99"), names(figures));
        assertEquals(log.getAttribute(CaseAttributes.BENCHMARK_THROUGHPUT), Double.toString(figures.path("throughput_train").asDouble()));
        assertEquals(log.getAttribute(CaseAttributes.BENCHMARK_LATENCY_99), Double.toString(figures.path("latency_train_99").asDouble()));
        // Images a second by milliseconds a batch is the batch size, to the rounding of both.
        assertEquals(1, figures.path("throughput_train").asDouble() * figures.path("latency_train_mean").asDouble() / 1000, 0.01);
    }

    @Test
    @ProvesOption({"BenchmarkUNet: Batches", "BenchmarkUNet: Warmup Batches", "BenchmarkUNet: Batch Size", "BenchmarkUNet: Log Name"})
    void numbersOfBatchesAndTheNetworkAreThoseOfTheProperties() throws InitializationException, IOException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.BATCHES, "4");
        runner.setProperty(BenchmarkUNet.WARMUP_BATCHES, "2");
        runner.setProperty(BenchmarkUNet.LOG_NAME, "${run}.json");
        runner.setProperty(SamplingProperties.BATCH_SIZE, "3");
        runner.setProperty(NetworkProperties.RESIDUAL_BLOCKS, "true");
        runner.setProperty(OptimizerProperties.OPTIMIZER, OptimizerChoice.SGD.getValue());
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION, "true");
        runner.setProperty(NetworkProperties.DEEP_SUPERVISION_HEADS, "1");
        runner.enqueue("", attributes(Map.of("run", "second")));
        runner.run();

        final MockFlowFile log = onlySuccess(runner);
        log.assertAttributeEquals("filename", "second.json");
        final JsonNode parameters = line(log, 1).path("data");
        assertEquals(4, parameters.path("batches").asInt());
        assertEquals(2, parameters.path("warmup").asInt());
        assertEquals(3, parameters.path("batch_size").asInt());
        assertTrue(parameters.path("network").path("residualBlocks").asBoolean());
        assertEquals(1, parameters.path("network").path("deepSupervisionHeads").asInt());
        assertEquals(3, figures(log).path("throughput_train").asDouble() * figures(log).path("latency_train_mean").asDouble() / 1000, 0.03);
    }

    private static Map<String, String> attributes(final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(PLAN));
        attributes.putAll(more);
        return attributes;
    }

    @Test
    @ProvesOption("BenchmarkUNet: Mode")
    void forwardPassesOfThePlanOfAFileAreTimedInTwoDimensionsToo() throws InitializationException, IOException {
        final Plan flat = plan(List.of("T1", "T2"), 2, new Shape(1, 16, 16));
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.MODE, BenchmarkModeChoice.PREDICT.getValue());
        runner.setProperty(BenchmarkUNet.PLAN_FILE, Files.writeString(folder.resolve("plan.json"), PlanJson.write(flat)).toString());
        runner.enqueue("a trigger");
        runner.run();

        final MockFlowFile log = onlySuccess(runner);
        assertTrue(figures(log).path("latency_predict_mean").asDouble() > 0);
        assertEquals(2, line(log, 1).path("data").path("input_channels").asInt());
    }

    @Test
    void aModelFileIsTimedItself() throws InitializationException, IOException {
        final Path model = TinyModel.write(folder.resolve("model.pt"), PLAN);
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.MODE, BenchmarkModeChoice.PREDICT.getValue());
        runner.setProperty(BenchmarkUNet.PLAN_FILE, "${nnunet.model.path}");
        // So few filters are enough for the model, which has fewer levels, and too few for a network of the plan.
        runner.setProperty(NetworkProperties.FILTERS, "4,8");
        runner.enqueue("a trigger", Map.of(CaseAttributes.MODEL_PATH, model.toString()));
        runner.run();

        assertTrue(figures(onlySuccess(runner)).path("throughput_predict").asDouble() > 0);
    }

    @Test
    @ProvesOption("BenchmarkUNet: Prepared Folder")
    void batchesComeFromAPreparedDataset() throws InitializationException, CaseException, IOException {
        final PhantomFlow flow = new PhantomFlow(folder);
        final TestRunner collector = TestRunners.newTestRunner(CollectDataset.class);
        collector.setProperty(CollectDataset.PREPARED_FOLDER, folder.resolve("prepared").toString());
        Runners.run(collector, CollectDataset.JOB, flow.prepared());
        final PreparedDataset prepared = new PreparedDataset(folder.resolve("prepared"));
        prepared.storePlan(TinyModel.withSmallPatch(prepared.plan()));
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.PREPARED_FOLDER, folder.resolve("prepared").toString());
        // More than one epoch of five cases.
        runner.setProperty(BenchmarkUNet.BATCHES, "7");
        runner.enqueue("a trigger");
        runner.run();

        final MockFlowFile log = onlySuccess(runner);
        assertEquals("Phantom", line(log, 1).path("data").path("plan").asText());
        assertTrue(figures(log).path("throughput_train").asDouble() > 0);
    }

    @Test
    @ProvesOption("BenchmarkUNet: Profile")
    void aProfileIsATraceOfTheOperatorsOfOneBatch() throws InitializationException, IOException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.PROFILE, "true");
        runner.enqueue("a trigger", PlanAttributes.of(PLAN));
        runner.run();

        onlySuccess(runner);
        final MockFlowFile trace = runner.getFlowFilesForRelationship(BenchmarkUNet.TRACE).getFirst();
        trace.assertAttributeEquals("filename", "perf.json.trace.json");
        trace.assertAttributeEquals("mime.type", "application/json");
        final Set<String> operators = new TreeSet<>();
        new ObjectMapper().readTree(trace.toByteArray()).path("traceEvents").forEach(event -> operators.add(event.path("name").asText()));
        assertTrue(operators.stream().anyMatch(name -> name.contains("conv")), operators.toString());
    }

    @Test
    void aTriggerWithoutAPlanFailsAsItCame() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.enqueue("a trigger");
        runner.run();

        Runners.assertFailed(runner, "unsupported").assertContentEquals("a trigger");
    }

    @Test
    @ProvesOption("BenchmarkUNet: Prepared Folder")
    void aFolderWithoutCasesFailsTheTrigger() throws InitializationException, IOException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        new PreparedDataset(folder).storePlan(PLAN);
        runner.setProperty(BenchmarkUNet.PREPARED_FOLDER, folder.toString());
        runner.enqueue("a trigger");
        runner.run();

        Runners.assertFailed(runner, "unreadable");
    }

    @Test
    void aPatchTooSmallForANetworkFailsTheTrigger() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.enqueue("a trigger", PlanAttributes.of(plan(List.of("MRI"), 3, new Shape(4, 4, 4))));
        runner.run();

        Runners.assertFailed(runner, "unsupported").assertContentEquals("a trigger");
    }

    @Test
    void halfPrecisionIsRefusedOnACpu() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(ComputeProperties.PRECISION, PrecisionChoice.FP16);
        runner.assertNotValid();
        runner.setProperty(ComputeProperties.PRECISION, PrecisionChoice.BF16);
        runner.assertValid();
    }

    @Test
    @ProvesOption("BenchmarkUNet: Devices")
    void aTrainingStepIsDividedAmongAsManyDevicesAsChosen() throws InitializationException, IOException {
        final StandardGpuService service = new StandardGpuService();
        final TestRunner runner = runner(new BenchmarkUNet(), service);
        runner.disableControllerService(service);
        runner.setProperty(service, "Device", "cpu:0, cpu:1, cpu:2");
        runner.enableControllerService(service);
        runner.setProperty(SamplingProperties.BATCH_SIZE, "3");
        runner.setProperty(ComputeProperties.DEVICES, "2");
        runner.setProperty(NetworkProperties.NORMALIZATION, NormalizationChoice.BATCH);
        runner.setProperty(ComputeProperties.SYNCHRONIZED_BATCH_NORMALIZATION, "true");
        runner.enqueue("a trigger", PlanAttributes.of(PLAN));
        runner.run();

        final MockFlowFile log = onlySuccess(runner);
        assertEquals("cpu:0, cpu:1", line(log, 1).path("data").path("device").asText());
        assertEquals(3, figures(log).path("throughput_train").asDouble() * figures(log).path("latency_train_mean").asDouble() / 1000, 0.03);
    }

    @Test
    void moreDevicesThanTheServiceHasAreRefusedForTrainingOnly() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(SamplingProperties.BATCH_SIZE, "2");
        runner.setProperty(ComputeProperties.DEVICES, "2");
        runner.assertNotValid();
        runner.setProperty(BenchmarkUNet.MODE, BenchmarkModeChoice.PREDICT);
        runner.assertValid();
    }

    @Test
    void severalModelsFailTheTrigger() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.PLAN_FILE, "${nnunet.model.path}");
        runner.enqueue("a trigger", Map.of(CaseAttributes.MODEL_PATH, "[\"one.pt\", \"other.pt\"]"));
        runner.run();

        Runners.assertFailed(runner, "unsupported");
    }

    @Test
    void settingsThatLeaveNothingToTimeOrToBuildAreRefused() throws InitializationException {
        final TestRunner runner = runner(new BenchmarkUNet(), new StandardGpuService());
        runner.setProperty(BenchmarkUNet.WARMUP_BATCHES, "3");
        runner.assertNotValid();
        runner.setProperty(BenchmarkUNet.WARMUP_BATCHES, "2");
        runner.assertValid();
        runner.setProperty(NetworkProperties.MORE_CHANNELS, "true");
        runner.assertNotValid();
    }

    @Test
    void aStopGivesTheTriggerBack() throws InitializationException {
        final BenchmarkUNet processor = new BenchmarkUNet();
        final TestRunner runner = runner(processor, new StoppingGpuService(processor));
        runner.enqueue("a trigger", PlanAttributes.of(PLAN));
        runner.run();

        runner.assertTransferCount(BenchmarkUNet.SUCCESS, 0);
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    private static TestRunner runner(final BenchmarkUNet processor, final StandardGpuService service) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        Runners.enableGpuService(runner, service);
        runner.setProperty(BenchmarkUNet.GPU_SERVICE, "gpu");
        runner.setProperty(BenchmarkUNet.BATCHES, "3");
        runner.setProperty(BenchmarkUNet.WARMUP_BATCHES, "1");
        runner.setProperty(SamplingProperties.BATCH_SIZE, "1");
        runner.setProperty(NetworkProperties.DEPTH, "2");
        runner.setProperty(NetworkProperties.FILTERS, "4,8,8");
        return runner;
    }

    private static MockFlowFile onlySuccess(final TestRunner runner) {
        runner.assertTransferCount(AbstractCaseProcessor.FAILURE, 0);
        runner.assertTransferCount(BenchmarkUNet.SUCCESS, 1);
        return runner.getFlowFilesForRelationship(BenchmarkUNet.SUCCESS).getFirst();
    }

    private static JsonNode figures(final MockFlowFile log) throws IOException {
        final JsonNode line = line(log, 0);
        assertTrue(line.path("step").isArray());
        return line.path("data");
    }

    /** @param back counted from the last line */
    private static JsonNode line(final MockFlowFile log, final int back) throws IOException {
        final List<String> lines = log.getContent().lines().toList();
        assertFalse(lines.isEmpty());
        return new ObjectMapper().readTree(lines.get(lines.size() - 1 - back).substring("DLLL ".length()));
    }

    private static Set<String> names(final JsonNode object) {
        final Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
