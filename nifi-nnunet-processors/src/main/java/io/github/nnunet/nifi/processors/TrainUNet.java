/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.FileDigests;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.training.EpochReport;
import io.github.nnunet.training.TrainingJob;
import io.github.nnunet.training.TrainingRun;
import io.github.nnunet.training.ValidationMemory;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.TriggerWhenAnyDestinationAvailable;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.FlowFileFilter;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Trains a network, an epoch a trigger. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "training", "unet", "deep learning", "GPU", "model", "nnU-Net", "train", "PyTorch", "MONAI", "DynUNet"})
@CapabilityDescription("Trains a U-Net on a fold of a prepared dataset, an epoch at a time, and sends the best model. Stop, start, crash and restart go on after the last complete epoch.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({CollectDataset.class, SlidingWindowPredict.class})
@TriggerWhenAnyDestinationAvailable
@SystemResourceConsideration(resource = SystemResource.CPU, description = "Without a GPU, training takes all cores it is given.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "Weights, gradients and the optimiser's state are kept while a job is trained.")
@SystemResourceConsideration(resource = SystemResource.DISK, description = "Each run folder has two checkpoints and a log.")
@Restricted(restrictions = {
        @Restriction(requiredPermission = RequiredPermission.WRITE_FILESYSTEM, explanation = "Writes to any folder that NiFi may write to."),
        @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any model file that NiFi may read.")
})
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.FOLD, description = "Names the run folder"),
        @ReadsAttribute(attribute = CaseAttributes.TRAINING_EPOCH, description = "A job that has it was begun and goes first")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.TRAINING_EPOCH, description = "Epochs done"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_EPOCHS, description = "Epochs asked for"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_LOSS, description = "Mean loss of the last epoch"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_DICE, description = "Mean validation Dice of the last epoch, 0 to 1"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_BEST_DICE, description = "Best mean validation Dice so far, 0 to 1"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_PATCHES_PER_SECOND, description = "Patches trained a second in the last epoch, validation not counted"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_SECONDS_LEFT, description = "Estimate of the time left"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_TRANSFER, description = "Where there is an initial model: how many of its weights were taken over"),
        @WritesAttribute(attribute = CaseAttributes.RUN_FOLDER, description = "Folder with checkpoints and logs"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_PATH, description = "On a model: its file"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_DIGEST, description = "On a model: SHA-256 of its file"),
        @WritesAttribute(attribute = PlanAttributes.JSON, description = "On a model: its plan; the parts follow as nnunet.plan.*"),
        @WritesAttribute(attribute = "filename", description = "On a model, on progress and on a report"),
        @WritesAttribute(attribute = "mime.type", description = "On a model, on progress and on a report: text/html and image/png")
})
@UseCase(
        description = "Train as long as there is time, and take the best model then",
        keywords = {"time limit", "early stopping", "budget"},
        configuration = """
                Set "Time Budget" to the time that there is; a cosine schedule then comes to its end with it.
                Connect "model" to where the model is wanted, and "report" to where curves are looked at.""")
@MultiProcessorUseCase(
        description = "Train nnU-Net on a dataset in Medical Segmentation Decathlon layout",
        notes = "The template train-and-evaluate.json is this flow, with prediction and scores of the validation cases.",
        keywords = {"train", "decathlon", "MSD", "nnU-Net", "deep learning"},
        configurations = {
                @ProcessorConfiguration(
                        processorClass = ListCases.class,
                        configuration = """
                                "Dataset Folder": the folder with dataset.json.
                                Connect "success" to FetchCase."""),
                @ProcessorConfiguration(
                        processorClass = FetchCase.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to CropNonZero."""),
                @ProcessorConfiguration(
                        processorClass = CropNonZero.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to Resample."""),
                @ProcessorConfiguration(
                        processorClass = Resample.class,
                        configuration = """
                                All properties at their defaults: the spacing comes from the plan.
                                Connect "success" to Normalize."""),
                @ProcessorConfiguration(
                        processorClass = Normalize.class,
                        configuration = """
                                All properties at their defaults: MRI or CT comes from the plan.
                                Connect "success" to PadToPatch."""),
                @ProcessorConfiguration(
                        processorClass = PadToPatch.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to CollectDataset."""),
                @ProcessorConfiguration(
                        processorClass = CollectDataset.class,
                        configuration = """
                                "Prepared Folder": a folder on fast disk.
                                "Folds To Train": 0, or all for a cross-validation.
                                Connect "job" to TrainUNet."""),
                @ProcessorConfiguration(
                        processorClass = TrainUNet.class,
                        configuration = """
                                "GPU Service": a StandardGpuService.
                                "Results Folder": where checkpoints, models, logs and reports go.
                                Connect "model" to what uses it.""")
        })
@MultiProcessorUseCase(
        description = "Train on BraTS, whose tumour regions contain each other",
        keywords = {"BraTS", "brain tumour", "glioma", "regions", "sigmoid"},
        configurations = {
                @ProcessorConfiguration(
                        processorClass = ListCases.class,
                        configuration = """
                                "Dataset Folder": the folder with a folder for each patient.
                                Connect "success" to FetchCase."""),
                @ProcessorConfiguration(
                        processorClass = FetchCase.class,
                        configuration = """
                                All properties at their defaults: label 4 becomes 3 by the attribute that ListCases writes.
                                Connect "success" to CropNonZero, and on through Resample, Normalize and PadToPatch, all at their defaults."""),
                @ProcessorConfiguration(
                        processorClass = Normalize.class,
                        configuration = """
                                "Foreground Channel": as the plan says; set "Foreground Channel" of ListCases to have one."""),
                @ProcessorConfiguration(
                        processorClass = CollectDataset.class,
                        configuration = """
                                "Prepared Folder": a folder on fast disk.
                                Connect "job" to TrainUNet."""),
                @ProcessorConfiguration(
                        processorClass = TrainUNet.class,
                        configuration = """
                                "Outputs": brats.
                                "Deep Supervision": true, as the reference has it for BraTS.""")
        })
public class TrainUNet extends AbstractCaseProcessor implements VerifiableProcessor {
    static final PropertyDescriptor GPU_SERVICE = new PropertyDescriptor.Builder()
            .name("GPU Service")
            .description("The service that shares devices and loaded models among processors.")
            .required(true)
            .identifiesControllerService(GpuService.class)
            .build();
    static final PropertyDescriptor RESULTS_FOLDER = new PropertyDescriptor.Builder()
            .name("Results Folder")
            .description("Checkpoints, model and log of a job go to the folder fold-N in it, N being the fold. A job whose folder has a checkpoint goes on from there.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();

    static final Relationship MODEL = new Relationship.Builder()
            .name("model")
            .description("The best model, when the training has ended")
            .build();
    static final Relationship PROGRESS = new Relationship.Builder()
            .name("progress")
            .description("The report of each epoch, JSON")
            .build();
    static final Relationship REPORT = new Relationship.Builder()
            .name("report")
            .description("The training at a glance after each epoch, in two flowfiles: an HTML page with curves and settings, and the curves as a PNG picture")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("The job, when the training has ended")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = Stream.of(List.of(GPU_SERVICE, RESULTS_FOLDER), StartProperties.DESCRIPTORS, TrainingProperties.DESCRIPTORS)
            .flatMap(List::stream).toList();
    private static final Set<Relationship> RELATIONSHIPS = Set.of(MODEL, PROGRESS, REPORT, ORIGINAL, FAILURE);

    private final OpenRuns openRuns = new OpenRuns();
    private final FileDigests digests = new FileDigests();

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    /** Settings that cannot go together are refused here, not when the job comes. */
    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        try {
            TrainingProperties.read(context);
            StartProperties.requireTrainedLayers(context);
            return DeviceRequirement.ofTraining(context).complaint(context, GPU_SERVICE).map(TrainUNet::refusal).stream().toList();
        } catch (final IllegalArgumentException e) {
            return List.of(refusal(e.getMessage()));
        }
    }

    private static ValidationResult refusal(final String explanation) {
        return new ValidationResult.Builder().subject("Training settings").valid(false).explanation(explanation).build();
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        return new TrainingVerification(TrainingProperties.read(context), new Verification(verificationLogger))
                .run(Path.of(context.getProperty(RESULTS_FOLDER).evaluateAttributeExpressions(attributes).getValue()), attributes);
    }

    @OnStopped
    public void closeRuns() {
        openRuns.closeAll();
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) throws ProcessException {
        final FlowFile job = nextJob(session);
        if (job != null) {
            attempt(context, session, job);
        }
    }

    /** A job that was begun goes first: else jobs would take turns, epoch by epoch, and none would end soon. */
    private static FlowFile nextJob(final ProcessSession session) {
        final List<FlowFile> begun = session.get(flowFile -> flowFile.getAttribute(CaseAttributes.TRAINING_EPOCH) == null
                ? FlowFileFilter.FlowFileFilterResult.REJECT_AND_CONTINUE
                : FlowFileFilter.FlowFileFilterResult.ACCEPT_AND_TERMINATE);
        return begun.isEmpty() ? session.get() : begun.getFirst();
    }

    @Override
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final TrainingJob job = readJob(context, session, flowFile);
        final GpuService service = context.getProperty(GPU_SERVICE).asControllerService(GpuService.class);
        DeviceRequirement.ofTraining(context).require(service.devices());
        final long asked = System.nanoTime();
        try (DeviceLease lease = service.lease(WorkKind.TRAINING, job.settings().compute().devices(), () -> !isScheduled()).orElse(null)) {
            if (lease == null) {
                session.transfer(flowFile);
            } else {
                session.adjustCounter("Milliseconds Waiting For Device", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked), true);
                train(context, session, flowFile, job, lease, service.engine());
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            session.transfer(flowFile);
        }
    }

    private static TrainingJob readJob(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        try (InputStream content = session.read(flowFile)) {
            final FoldJob job = FoldJob.read(content, nameOf(flowFile));
            final Path results = Path.of(context.getProperty(RESULTS_FOLDER).evaluateAttributeExpressions(flowFile).getValue()).toAbsolutePath();
            final Path runFolder = results.resolve("fold-" + job.fold());
            return new TrainingJob(Path.of(job.dataset()), runFolder, job.fold(), job.training(), job.validation(), TrainingProperties.read(context),
                    StartProperties.initialModel(context, flowFile));
        }
    }

    private void train(final ProcessContext context, final ProcessSession session, final FlowFile flowFile, final TrainingJob job, final DeviceLease lease,
                       final TorchEngine engine) throws CaseException, IOException {
        final Optional<OpenRun> opened = open(job, StartProperties.isAnew(context, flowFile), lease.devices(), engine);
        if (opened.isEmpty()) {
            getLogger().info("The run folder {} is in use by another task. The job waits for it.", job.runFolder());
            session.transfer(flowFile);
            context.yield();
            return;
        }

        final OpenRun open = opened.get();
        boolean goesOn = false;
        try {
            goesOn = advance(session, flowFile, job, open.run(), lease);
        } finally {
            if (goesOn && isScheduled()) {
                openRuns.keep(job.runFolder(), open);
            } else {
                open.close();
            }
        }
    }

    /** @return empty if another task has the run folder */
    private Optional<OpenRun> open(final TrainingJob job, final boolean isAnew, final List<ComputeDevice> devices, final TorchEngine engine) throws CaseException {
        final Optional<OpenRun> kept = openRuns.take(job.runFolder());
        if (kept.isPresent() && isAnew) {
            // Another job has begun in this folder, and is between two epochs.
            openRuns.keep(job.runFolder(), kept.get());
            return Optional.empty();
        }

        if (kept.isPresent() && kept.get().devices().equals(devices)) {
            return kept;
        }

        // Weights on other devices than those leased now: they are in the checkpoint too.
        kept.ifPresent(OpenRun::close);
        try {
            final Optional<RunFolderLock> lock = RunFolderLock.acquire(job.runFolder());
            return lock.isPresent() ? Optional.of(open(job, isAnew, devices, engine, lock.get())) : Optional.empty();
        } catch (final IOException e) {
            throw storageFault(job, e);
        }
    }

    private OpenRun open(final TrainingJob job, final boolean isAnew, final List<ComputeDevice> devices, final TorchEngine engine, final RunFolderLock lock) throws CaseException, IOException {
        boolean opened = false;
        try {
            final TrainingRun run = openFitting(job, isAnew, devices, engine);
            opened = true;
            if (run.epoch() == 0) {
                run.transfer().ifPresent(taken -> getLogger().info("Fold {}: {}", job.fold(), taken.summary()));
            }

            return new OpenRun(run, devices, lock);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** A case that cannot be scored for want of memory is found before the first step, not after the first epoch. */
    private static TrainingRun openFitting(final TrainingJob job, final boolean isAnew, final List<ComputeDevice> devices, final TorchEngine engine) throws CaseException, IOException {
        final TrainingRun run = isAnew ? TrainingRun.beginAnew(job, engine, devices) : TrainingRun.open(job, engine, devices);
        try {
            MemoryBudget.ofHeap().requirePossible(largestCase(job), run.validationBytes());
            return run;
        } catch (final CaseException tooLarge) {
            run.close();
            throw tooLarge;
        }
    }

    private static String largestCase(final TrainingJob job) {
        return "The largest validation case of fold %d".formatted(job.fold());
    }

    /** @return whether there is more to train */
    private boolean advance(final ProcessSession session, final FlowFile flowFile, final TrainingJob job, final TrainingRun run, final DeviceLease lease) throws CaseException, IOException {
        final TrainingOutput output = new TrainingOutput(session, getLogger(), job, run);
        if (!run.isFinished()) {
            final Optional<EpochReport> report = runEpoch(session, job, run, lease);
            if (report.isEmpty()) {
                session.transfer(flowFile);
                return false;
            }

            output.sendEpoch(flowFile, report.get());
        }

        final Map<String, String> attributes = run.lastReport().map(output::attributes).orElse(Map.of());
        final FlowFile described = withoutFault(session, session.putAllAttributes(flowFile, attributes));
        if (run.isFinished()) {
            final Path model = run.bestModel().toAbsolutePath();
            output.sendModel(described, model, digests.digest(model));
            session.transfer(described, ORIGINAL);
        } else {
            session.transfer(described);
        }

        return !run.isFinished();
    }

    private Optional<EpochReport> runEpoch(final ProcessSession session, final TrainingJob job, final TrainingRun run, final DeviceLease lease) throws CaseException {
        try {
            final ValidationMemory memory = new SharedValidationMemory(MemoryBudget.ofHeap(), largestCase(job), lease, () -> !isScheduled());
            return lease.perform(() -> run.runEpoch(() -> !isScheduled(), new TrainingCounters(session), memory));
        } catch (final IOException e) {
            throw storageFault(job, e);
        } catch (final ProcessException e) {
            throw e;
        } catch (final RuntimeException e) {
            throw new CaseException(FaultCategory.ENGINE, "The training of fold %d failed: %s. Its last checkpoint is in %s; send the job again to go on from there."
                    .formatted(job.fold(), e, job.runFolder()), e);
        }
    }

    private static CaseException storageFault(final TrainingJob job, final IOException cause) {
        if (cause instanceof FileSystemException named && named.getFile() != null && !Path.of(named.getFile()).toAbsolutePath().startsWith(job.runFolder())) {
            return new CaseException(FaultCategory.UNREADABLE, "The file %s of the prepared dataset cannot be read (%s). Collect the dataset again.".formatted(named.getFile(), cause), cause);
        }

        return StorageFault.of(job.runFolder(), cause);
    }
}
