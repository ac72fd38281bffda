/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.Blend;
import io.github.nnunet.inference.ComponentRule;
import io.github.nnunet.inference.Connectivity;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.preprocess.CubicResize;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** Segments cases. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "inference", "prediction", "unet", "deep learning", "GPU", "TorchScript", "nnU-Net", "radiology", "MRI", "CT", "nifti", "PyTorch", "MONAI"})
@CapabilityDescription("Segments a prepared case with a model, window by window, and puts the result back into the scan's own grid.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({TrainUNet.class, ComputeDice.class, AttachPlan.class})
@SystemResourceConsideration(resource = SystemResource.CPU, description = "Without a GPU, prediction takes all cores it is given.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "The case and one volume of 32-bit numbers a class (from 16 classes on 16-bit numbers) are held in memory; with probabilities or an ensemble one more.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any model file that NiFi may read."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file, by default"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "The plan, for a TorchScript file that carries none")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.RESULT, description = "segmentation, probabilities or preview"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file; of an ensemble a JSON array"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_DIGEST, description = "SHA-256 of the model file; of an ensemble all of them, separated by commas"),
        @WritesAttribute(attribute = CaseAttributes.PREDICTION_SECONDS, description = "How long the device worked on the case"),
        @WritesAttribute(attribute = CaseAttributes.PREDICTION_WAIT, description = "How long the case waited for a device, in seconds"),
        @WritesAttribute(attribute = CaseAttributes.PREDICTION_WINDOWS, description = "Windows predicted, those of every flip and model counted"),
        @WritesAttribute(attribute = "filename", description = "Name of the case with .nii.gz; of probabilities with _probabilities.nii or .npy, of a preview with _preview.png"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti+gzip; of probabilities application/x-nifti or application/x-npy, of a preview image/png")
})
@UseCase(
        description = "Segment with the models of all folds of a cross-validation together",
        keywords = {"ensemble", "average", "folds"},
        configuration = """
                Set "Model File" to a name with wildcards, such as /models/*/best.pt.
                The GPU service keeps as many models in memory as its Model Cache Size says: make that at least the number of models.""")
@MultiProcessorUseCase(
        description = "Segment a folder of scans with a trained model",
        notes = "A scan with several modalities in files of their own goes through StackModalities first.",
        keywords = {"predict", "inference", "folder", "batch", "PACS"},
        configurations = {
                @ProcessorConfiguration(
                        processorClassName = "org.apache.nifi.processors.standard.ListFile",
                        configuration = """
                                "Input Directory": the folder of the scans; "File Filter": .*\\.nii(\\.gz)?
                                Connect "success" to FetchFile."""),
                @ProcessorConfiguration(
                        processorClassName = "org.apache.nifi.processors.standard.FetchFile",
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to AttachPlan."""),
                @ProcessorConfiguration(
                        processorClass = AttachPlan.class,
                        configuration = """
                                "Plan File": the model file.
                                Connect "success" to CropNonZero."""),
                @ProcessorConfiguration(
                        processorClass = CropNonZero.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to Resample."""),
                @ProcessorConfiguration(
                        processorClass = Resample.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to Normalize."""),
                @ProcessorConfiguration(
                        processorClass = Normalize.class,
                        configuration = """
                                All properties at their defaults.
                                Connect "success" to SlidingWindowPredict."""),
                @ProcessorConfiguration(
                        processorClass = SlidingWindowPredict.class,
                        configuration = """
                                "GPU Service": a StandardGpuService.
                                "Model File": the model file, or its default, which AttachPlan has filled.
                                "Preview": true to look at results.
                                Connect "segmentation" to PutFile or whatever stores it.""")
        })
public class SlidingWindowPredict extends AbstractCaseProcessor implements VerifiableProcessor {
    static final PropertyDescriptor GPU_SERVICE = new PropertyDescriptor.Builder()
            .name("GPU Service")
            .description("The service that shares devices and loaded models among processors.")
            .required(true)
            .identifiesControllerService(GpuService.class)
            .build();
    /** Not identified as a resource: NiFi would look for a file of the name of a whole list, or with wildcards. */
    static final PropertyDescriptor MODEL_FILE = new PropertyDescriptor.Builder()
            .name("Model File")
            .description("A model that TrainUNet made, or a TorchScript file from elsewhere; for the latter the case needs a plan. "
                    + "Several, in lines, separated by commas or as a JSON array, are an ensemble: their probabilities are averaged. A name may have the wildcards * and ?.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.model.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor OUTPUTS = new PropertyDescriptor.Builder()
            .name("Outputs")
            .description("What the outputs of the network stand for.")
            .required(true)
            .allowableValues(OutputChoice.class)
            .defaultValue(OutputChoice.MODEL)
            .build();
    static final PropertyDescriptor OVERLAP = new PropertyDescriptor.Builder()
            .name("Overlap")
            .description("The share of a window, 0 up to 1, that the next one covers again.")
            .required(true)
            .defaultValue("0.5")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor BLEND = new PropertyDescriptor.Builder()
            .name("Blend")
            .description("How overlapping windows are weighed.")
            .required(true)
            .allowableValues(BlendChoice.class)
            .defaultValue(BlendChoice.GAUSSIAN)
            .build();
    static final PropertyDescriptor TEST_TIME_AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Test-Time Augmentation")
            .description("Whether to average over all flips: 8 times the work in 3D, 4 times in 2D.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor WINDOW_BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Window Batch Size")
            .description("Windows in a forward pass.")
            .required(true)
            .defaultValue("1")
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();
    static final PropertyDescriptor PROBABILITIES = new PropertyDescriptor.Builder()
            .name("Probabilities")
            .description("Whether class probabilities are sent beside the segmentation.")
            .required(true)
            .allowableValues(ProbabilityChoice.class)
            .defaultValue(ProbabilityChoice.NONE)
            .build();
    static final PropertyDescriptor KEEP_LARGEST_COMPONENT = new PropertyDescriptor.Builder()
            .name("Keep Largest Component")
            .description("Whether smaller connected components of the segmentation are taken for mistakes and become background.")
            .required(true)
            .allowableValues(ComponentChoice.class)
            .defaultValue(ComponentChoice.MODEL)
            .build();
    static final PropertyDescriptor COMPONENT_CONNECTIVITY = new PropertyDescriptor.Builder()
            .name("Component Connectivity")
            .description("Which voxels are connected.")
            .required(true)
            .allowableValues(ConnectivityChoice.class)
            .defaultValue(ConnectivityChoice.CORNERS)
            .dependsOn(KEEP_LARGEST_COMPONENT, ComponentChoice.FOREGROUND, ComponentChoice.CLASSES)
            .build();

    static final PropertyDescriptor PREVIEW = new PropertyDescriptor.Builder()
            .name("Preview")
            .description("Whether a PNG picture is sent beside the segmentation: three slices through the largest structure with the outlines of all classes. Then there is a relationship preview.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final Relationship SEGMENTATION = new Relationship.Builder()
            .name("segmentation")
            .description("The segmentation, an 8-bit NIfTI file in the scan's own grid")
            .build();
    static final Relationship PROBABILITIES_RELATIONSHIP = new Relationship.Builder()
            .name("probabilities")
            .description("The probability of each class, if asked for")
            .build();
    static final Relationship PREVIEW_RELATIONSHIP = new Relationship.Builder()
            .name("preview")
            .description("A picture of the segmentation, PNG")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("The case that was segmented")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(GPU_SERVICE, MODEL_FILE, OUTPUTS, OVERLAP, BLEND, TEST_TIME_AUGMENTATION, WINDOW_BATCH_SIZE, PROBABILITIES,
            KEEP_LARGEST_COMPONENT, COMPONENT_CONNECTIVITY, PREVIEW, CaseThreads.THREADS_PER_CASE);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SEGMENTATION, PROBABILITIES_RELATIONSHIP, ORIGINAL, FAILURE);
    private static final Set<Relationship> RELATIONSHIPS_WITH_PREVIEW = Set.of(SEGMENTATION, PROBABILITIES_RELATIONSHIP, PREVIEW_RELATIONSHIP, ORIGINAL, FAILURE);

    private volatile boolean previewed;
    private final CaseThreads threads = new CaseThreads();

    @OnScheduled
    public void startThreads(final ProcessContext context) {
        threads.start(context);
    }

    @OnStopped
    public void stopThreads() {
        threads.stop();
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return previewed ? RELATIONSHIPS_WITH_PREVIEW : RELATIONSHIPS;
    }

    @Override
    public void onPropertyModified(final PropertyDescriptor descriptor, final String oldValue, final String newValue) {
        if (descriptor.equals(PREVIEW)) {
            previewed = Boolean.parseBoolean(newValue);
        }
    }

    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        final GpuService service = context.getProperty(GPU_SERVICE).asControllerService(GpuService.class);
        return new PredictionVerification(service, settings(context), new Verification(verificationLogger))
                .run(context.getProperty(MODEL_FILE).evaluateAttributeExpressions(attributes).getValue(), attributes);
    }

    @Override
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final List<Path> models = modelFiles(context, flowFile);
        final ProbabilityChoice probabilities = context.getProperty(PROBABILITIES).asAllowableValue(ProbabilityChoice.class);
        final double needed = neededBytes(readSummary(session, flowFile), outputs(flowFile), models.size() > 1 || probabilities != ProbabilityChoice.NONE);
        withMemory(session, nameOf(flowFile), needed, () -> predict(context, session, flowFile, models, probabilities));
    }

    private static int outputs(final FlowFile flowFile) throws CaseException {
        return PlanAttributes.find(flowFile.getAttributes()).map(plan -> plan.classes().size()).orElse(2);
    }

    /**
     * In memory at once: the case; the logits of all outputs and the weights of the windows on its grid; of the scan's grid the
     * largest logits and the label, or all outputs' logits and probabilities; and what resizing an output takes.
     */
    private double neededBytes(final CaseSummary summary, final int outputs, final boolean withProbabilities) {
        final long prepared = summary.shape().count();
        final long scan = summary.history().scan().shape().count();
        final double volumesOfScan = withProbabilities ? 2.0 * outputs : 1.0;
        return summary.floatBytes() + Logits.bytes(outputs, prepared) + Float.BYTES * (double) prepared + (volumesOfScan * Float.BYTES + 1) * scan + CubicResize.workingBytes(summary.shape(), summary.history().scan().shape(), threads.team());
    }

    private void predict(final ProcessContext context, final ProcessSession session, final FlowFile flowFile, final List<Path> models, final ProbabilityChoice probabilities)
            throws CaseException, IOException {
        final ScanCase prepared = readCase(session, flowFile);
        final PredictionMeter meter = new PredictionMeter(session, getLogger(), System::nanoTime);
        final Optional<CaseSegmenter.Result> result = segment(context, flowFile, models, prepared, meter);
        if (result.isEmpty()) {
            session.transfer(flowFile);
            return;
        }

        clean(context, flowFile, result.get());
        final PredictionOutput output = new PredictionOutput(session, getLogger(), flowFile, result.get());
        if (context.getProperty(PREVIEW).asBoolean()) {
            output.sendPreview(prepared);
        }

        // The segmentation goes on as the flowfile that came: so one event of provenance has the case as its input and the segmentation as its output.
        final FlowFile original = session.clone(flowFile);
        final FlowFile segmented = output.send(probabilities, meter.attributes());
        session.getProvenanceReporter().modifyContent(segmented, "Segmented by " + result.get().first().file().getFileName(), meter.elapsedMilliseconds());
        meter.count();
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, original), ORIGINAL);
    }

    private static List<Path> modelFiles(final ProcessContext context, final FlowFile flowFile) throws CaseException, IOException {
        final String text = context.getProperty(MODEL_FILE).evaluateAttributeExpressions(flowFile).getValue();
        final List<Path> files = text == null ? List.of() : ModelPaths.parse(text, nameOf(flowFile));
        if (files.isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "No model is named for %s. Set Model File, or the attribute %s.".formatted(nameOf(flowFile), CaseAttributes.MODEL_PATH));
        }

        return files;
    }

    /** @return empty if the processor was stopped meanwhile */
    private Optional<CaseSegmenter.Result> segment(final ProcessContext context, final FlowFile flowFile, final List<Path> models, final ScanCase prepared,
                                                   final PredictionMeter meter) throws CaseException, IOException {
        final GpuService service = context.getProperty(GPU_SERVICE).asControllerService(GpuService.class);
        final Optional<Plan> plan = PlanAttributes.find(flowFile.getAttributes());
        try {
            return Optional.of(new CaseSegmenter(service, settings(context), plan, () -> !isScheduled(), threads.team(), meter).segment(models, prepared));
        } catch (final CancellationException e) {
            return Optional.empty();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Probabilities stay as they are predicted. */
    private void clean(final ProcessContext context, final FlowFile flowFile, final CaseSegmenter.Result result) throws CaseException, IOException {
        final ComponentChoice choice = context.getProperty(KEEP_LARGEST_COMPONENT).asAllowableValue(ComponentChoice.class);
        final Connectivity connectivity = context.getProperty(COMPONENT_CONNECTIVITY).asAllowableValue(ConnectivityChoice.class).connectivity();
        final ComponentRule rule = ComponentRules.of(choice, connectivity, result.members());
        final long removed = rule.apply(result.segmentation().label(), result.segmentation().geometry().shape());
        if (removed > 0) {
            getLogger().debug("{}: {} voxels of smaller components became background", nameOf(flowFile), removed);
        }
    }

    private static CaseSegmenter.Settings settings(final ProcessContext context) {
        final Blend blend = switch (context.getProperty(BLEND).asAllowableValue(BlendChoice.class)) {
            case GAUSSIAN -> Blend.GAUSSIAN;
            case CONSTANT -> Blend.CONSTANT;
        };
        return new CaseSegmenter.Settings(context.getProperty(OVERLAP).asDouble(), blend, context.getProperty(WINDOW_BATCH_SIZE).asInteger(),
                context.getProperty(TEST_TIME_AUGMENTATION).asBoolean(), context.getProperty(OUTPUTS).asAllowableValue(OutputChoice.class),
                context.getProperty(PROBABILITIES).asAllowableValue(ProbabilityChoice.class) != ProbabilityChoice.NONE);
    }
}
