/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.Normalization;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.PrecisionChoice;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import io.github.nnunet.nifi.gpu.WorkKind;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

class TrainUNetTest {
    private static final Duration PREDICTION_WAIT = Duration.ofSeconds(30);

    @TempDir
    private static Path datasets;

    private static List<MockFlowFile> jobs;

    @TempDir
    private Path results;

    @BeforeAll
    static void collect() throws CaseException, IOException {
        final TestRunner runner = TestRunners.newTestRunner(CollectDataset.class);
        runner.setProperty(CollectDataset.PREPARED_FOLDER, datasets.resolve("prepared").toString());
        runner.setProperty(CollectDataset.FOLDS_TO_TRAIN, "0,1");
        jobs = Runners.run(runner, CollectDataset.JOB, new PhantomFlow(datasets).prepared());
        final PreparedDataset prepared = new PreparedDataset(datasets.resolve("prepared"));
        prepared.storePlan(TinyModel.withSmallPatch(prepared.plan()));
    }

    @Test
    void trainsAnEpochATriggerAndSendsTheModelAtTheEnd() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run(1, false, true);
        runner.assertTransferCount(TrainUNet.PROGRESS, 1);
        runner.assertTransferCount(TrainUNet.MODEL, 0);
        assertEquals(1, runner.getQueueSize().getObjectCount());

        runner.run(1, true, false);
        runner.assertTransferCount(TrainUNet.PROGRESS, 2);
        runner.assertTransferCount(TrainUNet.ORIGINAL, 1);
        assertEquals(0, runner.getQueueSize().getObjectCount());
        assertEquals(2, runner.getCounterValue("Epochs"));
        final MockFlowFile progress = runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getLast();
        assertTrue(Double.parseDouble(progress.getAttribute(CaseAttributes.TRAINING_PATCHES_PER_SECOND)) > 0);
        assertModel(runner);
    }

    @Test
    void eachEpochRefreshesTheReportThatIsLeftBesideTheModel() throws InitializationException, IOException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run(2);

        runner.assertTransferCount(TrainUNet.REPORT, 4);
        final MockFlowFile page = runner.getFlowFilesForRelationship(TrainUNet.REPORT).get(2);
        page.assertAttributeEquals("filename", "report-fold-0.html");
        page.assertAttributeEquals("mime.type", "text/html");
        page.assertAttributeEquals(CaseAttributes.TRAINING_EPOCH, "2");
        assertTrue(page.getContent().contains("<dt>Epoch</dt><dd>2 <small>of 2</small></dd>"), page.getContent());
        page.assertContentEquals(results.resolve("fold-0/report.html"));
        final MockFlowFile picture = runner.getFlowFilesForRelationship(TrainUNet.REPORT).get(3);
        picture.assertAttributeEquals("filename", "report-fold-0.png");
        picture.assertAttributeEquals("mime.type", "image/png");
        picture.assertContentEquals(results.resolve("fold-0/report.png"));
    }

    @Test
    void aReportThatCannotBeWrittenDoesNotEndATraining() throws InitializationException, IOException {
        Files.createDirectories(results.resolve("fold-0/report.html/in the way"));
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run(2);

        assertModel(runner);
        runner.assertTransferCount(TrainUNet.REPORT, 4);
    }

    @Test
    void aStoppedTrainingGoesOnWhereItWas() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run();
        runner.run();

        runner.assertTransferCount(TrainUNet.PROGRESS, 2);
        runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getLast().assertAttributeEquals(CaseAttributes.TRAINING_EPOCH, "2");
        assertModel(runner);
    }

    @Test
    void aJobThatACrashBroughtBackGoesOnFromTheCheckpoint() throws InitializationException {
        final TestRunner crashed = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(crashed, jobs.getFirst());
        crashed.run();
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run();

        runner.assertTransferCount(TrainUNet.PROGRESS, 1);
        runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getFirst().assertAttributeEquals(CaseAttributes.TRAINING_EPOCH, "2");
        assertModel(runner);
    }

    @Test
    void aFinishedTrainingThatIsAskedForAgainSendsItsModelAgain() throws InitializationException {
        final TestRunner first = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(first, jobs.getFirst());
        first.run(2);
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run();

        runner.assertTransferCount(TrainUNet.PROGRESS, 0);
        assertModel(runner);
    }

    @Test
    void theJobThatWasBegunGoesFirst() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getLast());
        runner.enqueue(jobs.getFirst().toByteArray(), withEpoch(jobs.getFirst()));

        runner.run();

        runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getFirst().assertAttributeEquals(CaseAttributes.FOLD, "0");
    }

    @Test
    @ProvesOption("TrainUNet: GPU Service")
    void aStopEndsAnEpochWithoutATraceOfIt() throws InitializationException {
        final TrainUNet processor = new TrainUNet();
        final TestRunner runner = runner(processor, new StoppingGpuService(processor));
        Runners.enqueue(runner, jobs.getFirst());

        runner.run();

        runner.assertTransferCount(TrainUNet.PROGRESS, 0);
        runner.assertTransferCount(TrainUNet.FAILURE, 0);
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    @Test
    void aRunFolderInUseIsWaitedFor() throws InitializationException, IOException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());

        try (RunFolderLock held = RunFolderLock.acquire(results.resolve("fold-0")).orElseThrow()) {
            assertEquals(Optional.empty(), RunFolderLock.acquire(results.resolve("fold-0")));
            runner.run();
            assertEquals(1, runner.getQueueSize().getObjectCount(), held.toString());
        }

        runner.run();
        runner.assertTransferCount(TrainUNet.PROGRESS, 1);
    }

    @Test
    void anythingButAJobFailsAsItCame() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.enqueue("please train");
        runner.run();

        Runners.assertFailed(runner, "unreadable").assertContentEquals("please train");
    }

    @Test
    @ProvesOption("TrainUNet: Results Folder")
    void aResultsFolderThatCannotBeWrittenFailsTheJobWithASentence() throws InitializationException, IOException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.setProperty(TrainUNet.RESULTS_FOLDER, Files.writeString(results.resolve("file"), "in the way").toString());
        Runners.enqueue(runner, jobs.getFirst());
        runner.run();

        Runners.assertFailed(runner, "memory", jobs.getFirst().toByteArray());
    }

    @Test
    void whatTheNetworkIsMadeOfIsInTheModel() throws InitializationException, CaseException, IOException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.setProperty(LengthProperties.EPOCHS, "1");
        runner.setProperty(OptimizerProperties.OPTIMIZER, OptimizerChoice.SGD.getValue());
        runner.setProperty(NetworkProperties.NORMALIZATION, NormalizationChoice.GROUP.getValue());
        runner.setProperty(NetworkProperties.NEGATIVE_SLOPE, "0.1");
        runner.setProperty(NetworkProperties.RESIDUAL_BLOCKS, "true");
        runner.setProperty(LossProperties.FOCAL_LOSS, "true");
        runner.setProperty(LossProperties.OUTPUTS, TrainingOutputChoice.FOREGROUND.getValue());
        Runners.enqueue(runner, jobs.getFirst());

        runner.run();

        assertModel(runner);
        final SegmentationModel model = ModelFile.read(results.resolve("fold-0/best.pt"));
        final UNetTopology topology = assertInstanceOf(UNetTopology.class, model.topology());
        assertEquals(1, topology.outputChannels());
        assertEquals(Normalization.GROUP, topology.normalization());
        assertEquals(0.1, topology.negativeSlope());
        assertTrue(topology.residual());
        assertTrue(model.trainingJson().contains("\"focal\":true"), model.trainingJson());
    }

    @Test
    void settingsThatCannotBeAreRefusedBeforeTheStart() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());

        runner.setProperty(NetworkProperties.FILTERS, "16,none");
        runner.assertNotValid();
        runner.setProperty(NetworkProperties.FILTERS, "16,32");
        runner.setProperty(ValidationProperties.VALIDATION_OVERLAP, "1");
        runner.assertNotValid();
        runner.setProperty(ValidationProperties.VALIDATION_OVERLAP, "0.25");
        runner.setProperty(SamplingProperties.OVERSAMPLING, "1.5");
        runner.assertNotValid();
        runner.setProperty(SamplingProperties.OVERSAMPLING, "1");
        runner.setProperty(NetworkProperties.MORE_CHANNELS, "true");
        runner.assertNotValid();
        runner.setProperty(NetworkProperties.MORE_CHANNELS, "false");
        runner.setProperty(OptimizerProperties.MOMENTUM, "1");
        runner.assertValid();
        runner.setProperty(OptimizerProperties.OPTIMIZER, OptimizerChoice.SGD.getValue());
        runner.assertNotValid();
        runner.setProperty(OptimizerProperties.MOMENTUM, "0.9");
        runner.assertValid();
    }

    @Test
    void halfPrecisionIsRefusedOnACpu() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.setProperty(ComputeProperties.PRECISION, PrecisionChoice.FP16.getValue());
        runner.assertNotValid();
        runner.setProperty(ComputeProperties.PRECISION, PrecisionChoice.BF16.getValue());
        runner.assertValid();
    }

    @Test
    @ProvesOption("TrainUNet: Precision")
    void precisionChangesWhatIsTrained() throws InitializationException {
        final List<String> losses = new ArrayList<>();
        for (final PrecisionChoice precision : List.of(PrecisionChoice.FP32, PrecisionChoice.BF16)) {
            final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
            runner.setProperty(TrainUNet.RESULTS_FOLDER, results.resolve(precision.getValue()).toString());
            runner.setProperty(LengthProperties.EPOCHS, "1");
            runner.setProperty(ComputeProperties.PRECISION, precision.getValue());
            Runners.enqueue(runner, jobs.getFirst());
            runner.run();
            losses.add(runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getFirst().getAttribute(CaseAttributes.TRAINING_LOSS));
        }

        assertEquals(Double.parseDouble(losses.getFirst()), Double.parseDouble(losses.getLast()), 0.02);
        assertNotEquals(losses.getFirst(), losses.getLast());
    }

    @Test
    @ProvesOption("TrainUNet: Devices")
    void aTrainingOverTwoDevicesLeasesBothAndTrainsAModel() throws InitializationException {
        final NotingGpuService service = new NotingGpuService();
        final TestRunner runner = runner(new TrainUNet(), service);
        useTwoCpus(runner, service);
        Runners.enqueue(runner, jobs.getFirst());

        runner.run(2);

        assertEquals(List.of(2, 2), service.leased);
        assertModel(runner);
    }

    private static void useTwoCpus(final TestRunner runner, final StandardGpuService service) {
        runner.disableControllerService(service);
        runner.setProperty(service, "Device", "cpu:0, cpu:1");
        runner.enableControllerService(service);
        runner.setProperty(SamplingProperties.BATCH_SIZE, "2");
        runner.setProperty(ComputeProperties.DEVICES, "2");
    }

    @Test
    void moreDevicesThanTheServiceHasAreRefused() throws InitializationException {
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.setProperty(SamplingProperties.BATCH_SIZE, "2");
        runner.setProperty(ComputeProperties.DEVICES, "2");
        runner.assertNotValid();
    }

    @Test
    @ProvesOption("TrainUNet: Synchronized Batch Normalization")
    void batchNormalizationOverAllDevicesTrainsOtherwiseThanOverEach() throws InitializationException {
        final List<String> losses = new ArrayList<>();
        for (final String isSynchronized : List.of("false", "true")) {
            final StandardGpuService service = new StandardGpuService();
            final TestRunner runner = runner(new TrainUNet(), service);
            useTwoCpus(runner, service);
            runner.setProperty(TrainUNet.RESULTS_FOLDER, results.resolve(isSynchronized).toString());
            runner.setProperty(LengthProperties.EPOCHS, "1");
            runner.setProperty(NetworkProperties.NORMALIZATION, NormalizationChoice.BATCH.getValue());
            runner.setProperty(ComputeProperties.SYNCHRONIZED_BATCH_NORMALIZATION, isSynchronized);
            Runners.enqueue(runner, jobs.getFirst());
            runner.run();
            losses.add(runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).getFirst().getAttribute(CaseAttributes.TRAINING_LOSS));
        }

        assertNotEquals(losses.getFirst(), losses.getLast());
    }

    @Test
    void aValidationCaseThatCannotFitIntoMemoryFailsTheJobBeforeItsFirstStep() throws InitializationException, IOException {
        final MockFlowFile job = jobs.getFirst();
        final JsonNode content = new ObjectMapper().readTree(job.toByteArray());
        final Path original = Path.of(content.get("dataset").asText());
        final Path copy = Files.createDirectory(results.resolve("dataset"));
        try (Stream<Path> files = Files.list(original)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }

        final String large = content.get("validation").get(0).asText();
        Files.delete(copy.resolve(large + "_index.npy"));
        writeEmpty(copy.resolve(large + "_x.npy"), "<f4", Float.BYTES);
        writeEmpty(copy.resolve(large + "_y.npy"), "|u1", 1);
        final TestRunner runner = runner(new TrainUNet(), new StandardGpuService());
        runner.enqueue(job.getContent().replace(original.toString(), copy.toString()), job.getAttributes());
        runner.run();

        final MockFlowFile failed = runner.getFlowFilesForRelationship(TrainUNet.FAILURE).getFirst();
        failed.assertAttributeEquals(CaseAttributes.ERROR_CATEGORY, "memory");
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).startsWith("The largest validation case of fold 0 would need about "), failed.getAttribute(CaseAttributes.ERROR));
        assertTrue(Files.notExists(results.resolve("fold-0").resolve("best.pt")));
    }

    @Test
    @Timeout(120)
    void aValidationWaitsForMemoryAndLeavesTheDeviceToAPredictionThatHasIt() throws Exception {
        final StandardGpuService service = new StandardGpuService();
        final TestRunner runner = runner(new TrainUNet(), service);
        runner.setProperty(LengthProperties.EPOCHS, "1");
        Runners.enqueue(runner, jobs.getFirst());
        final MemoryBudget.Reservation taken = takeHeap();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<Integer> prediction = threads.submit(() -> {
                try (taken) {
                    awaitWaitForMemory();
                    final long begin = System.nanoTime();
                    try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> System.nanoTime() - begin > PREDICTION_WAIT.toNanos()).orElseThrow()) {
                        return lease.devices().size() + runner.getFlowFilesForRelationship(TrainUNet.PROGRESS).size();
                    }
                }
            });
            runner.run();
            assertEquals(1, prediction.get());
        }

        assertModel(runner);
        takeHeap().close();
    }

    @Test
    @Timeout(120)
    void aStopEndsAValidationThatWaitsForMemory() throws Exception {
        final TrainUNet processor = new TrainUNet();
        final TestRunner runner = runner(processor, new StandardGpuService());
        Runners.enqueue(runner, jobs.getFirst());
        try (MemoryBudget.Reservation taken = takeHeap(); ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<MemoryBudget.Reservation> stop = threads.submit(() -> {
                awaitWaitForMemory();
                processor.updateScheduledFalse();
                return taken;
            });
            runner.run();
            stop.get();
        }

        runner.assertTransferCount(TrainUNet.PROGRESS, 0);
        runner.assertTransferCount(TrainUNet.FAILURE, 0);
        assertEquals(1, runner.getQueueSize().getObjectCount());
        assertTrue(Files.notExists(results.resolve("fold-0/last.pt")));
        takeHeap().close();
    }

    /** @return all memory that tasks share, as predictions might have it */
    private static MemoryBudget.Reservation takeHeap() throws CaseException, InterruptedException {
        return MemoryBudget.ofHeap().reserve("others", Runtime.getRuntime().maxMemory() / 10 * 9, () -> true).orElseThrow();
    }

    private static void awaitWaitForMemory() {
        while (MemoryBudget.ofHeap().waiting() == 0) {
            Thread.onSpinWait();
        }
    }

    /** An array of zeros that takes no space on disk. */
    private static void writeEmpty(final Path file, final String type, final int bytes) throws IOException {
        final int edge = 600;
        final String header = "{'descr': '%s', 'fortran_order': False, 'shape': (1, %d, %d, %d), }".formatted(type, edge, edge, edge);
        final ByteBuffer start = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        start.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0).putShort((short) (start.capacity() - 10));
        start.put(header.getBytes(StandardCharsets.US_ASCII));
        while (start.remaining() > 1) {
            start.put((byte) ' ');
        }

        start.put((byte) '\n').flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SPARSE)) {
            channel.write(start);
            channel.write(ByteBuffer.allocate(1), 127 + (long) edge * edge * edge * bytes);
        }
    }

    private TestRunner runner(final TrainUNet processor, final StandardGpuService service) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        Runners.enableGpuService(runner, service);
        runner.setProperty(TrainUNet.GPU_SERVICE, "gpu");
        runner.setProperty(TrainUNet.RESULTS_FOLDER, results.toString());
        runner.setProperty(LengthProperties.EPOCHS, "2");
        runner.setProperty(LengthProperties.SAMPLES_PER_EPOCH, "2");
        runner.setProperty(SamplingProperties.BATCH_SIZE, "1");
        runner.setProperty(NetworkProperties.DEPTH, "2");
        runner.setProperty(NetworkProperties.FILTERS, "4,8,8");
        runner.setProperty(ValidationProperties.VALIDATION_OVERLAP, "0");
        runner.setProperty(SamplingProperties.AUGMENTATION, AugmentationChoice.NONE.getValue());
        return runner;
    }

    private static Map<String, String> withEpoch(final MockFlowFile job) {
        final Map<String, String> attributes = new HashMap<>(job.getAttributes());
        attributes.put(CaseAttributes.TRAINING_EPOCH, "1");
        return attributes;
    }

    private static void assertModel(final TestRunner runner) {
        runner.assertTransferCount(TrainUNet.MODEL, 1);
        final MockFlowFile model = runner.getFlowFilesForRelationship(TrainUNet.MODEL).getFirst();
        model.assertAttributeEquals(CaseAttributes.FOLD, "0");
        model.assertAttributeEquals("filename", "model-fold-0.pt");
        model.assertAttributeEquals(PlanAttributes.NAME, "Phantom");
        model.assertAttributeExists(CaseAttributes.MODEL_DIGEST);
        assertTrue(Files.exists(Path.of(model.getAttribute(CaseAttributes.MODEL_PATH))));
        assertTrue(model.getSize() > 1000);
    }

    /** Notes how many devices each lease has. */
    private static final class NotingGpuService extends StandardGpuService {
        private final List<Integer> leased = new ArrayList<>();

        @Override
        public Optional<DeviceLease> lease(final WorkKind kind, final int devices, final BooleanSupplier cancelled) throws InterruptedException {
            final Optional<DeviceLease> lease = super.lease(kind, devices, cancelled);
            lease.ifPresent(given -> leased.add(given.devices().size()));
            return lease;
        }
    }
}
