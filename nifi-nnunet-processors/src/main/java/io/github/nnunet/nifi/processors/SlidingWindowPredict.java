/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.Blend;
import io.github.nnunet.inference.CasePredictor;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.inference.ScanRestoration;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.inference.WindowProgress;
import io.github.nnunet.inference.WindowSettings;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.LoadedModel;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
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
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** Segments cases. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "inference", "prediction", "unet", "deep learning", "GPU", "TorchScript"})
@CapabilityDescription("Segments a prepared case with a model, window by window, and puts the result back into the scan's own grid.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({TrainUNet.class, ComputeDice.class, AttachPlan.class})
@SystemResourceConsideration(resource = SystemResource.CPU, description = "Without a GPU, prediction takes all cores it is given.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "The case and one volume of 32-bit numbers a class are held in memory.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any model file that NiFi may read."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file, by default"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "The plan, for a TorchScript file that carries none")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.RESULT, description = "segmentation or probabilities"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_DIGEST, description = "SHA-256 of the model file"),
        @WritesAttribute(attribute = "filename", description = "Name of the case with .nii.gz"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti+gzip")
})
public class SlidingWindowPredict extends AbstractCaseProcessor {
    static final PropertyDescriptor GPU_SERVICE = new PropertyDescriptor.Builder()
            .name("GPU Service")
            .description("The service that shares devices and loaded models among processors.")
            .required(true)
            .identifiesControllerService(GpuService.class)
            .build();
    static final PropertyDescriptor MODEL_FILE = new PropertyDescriptor.Builder()
            .name("Model File")
            .description("A model that TrainUNet made, or a TorchScript file from elsewhere; for the latter the case needs a plan.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.model.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
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
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor PROBABILITIES = new PropertyDescriptor.Builder()
            .name("Probabilities")
            .description("Whether class probabilities are sent beside the segmentation.")
            .required(true)
            .allowableValues(ProbabilityChoice.class)
            .defaultValue(ProbabilityChoice.NONE)
            .build();

    static final Relationship SEGMENTATION = new Relationship.Builder()
            .name("segmentation")
            .description("The segmentation, an 8-bit NIfTI file in the scan's own grid")
            .build();
    static final Relationship PROBABILITIES_RELATIONSHIP = new Relationship.Builder()
            .name("probabilities")
            .description("The probability of each class, if asked for")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("The case that was segmented")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(GPU_SERVICE, MODEL_FILE, OVERLAP, BLEND, TEST_TIME_AUGMENTATION, WINDOW_BATCH_SIZE, PROBABILITIES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SEGMENTATION, PROBABILITIES_RELATIONSHIP, ORIGINAL, FAILURE);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        requireMemory(session, flowFile);
        final ScanCase prepared = readCase(session, flowFile);
        final Optional<Prediction> predicted = predict(context, flowFile, prepared);
        if (predicted.isEmpty()) {
            session.transfer(flowFile);
            return;
        }

        final Prediction prediction = predicted.get();
        final boolean wanted = context.getProperty(PROBABILITIES).asAllowableValue(ProbabilityChoice.class) == ProbabilityChoice.FLOAT32;
        final ScanRestoration restoration = new ScanRestoration(new OutputActivation.ExclusiveClasses(prediction.plan().classes()));
        final Segmentation segmentation = wanted
                ? restoration.restoreWithProbabilities(prediction.logits(), prepared.shape(), prepared.history())
                : restoration.restore(prediction.logits(), prepared.shape(), prepared.history());
        send(session, flowFile, prediction, segmentation);
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, flowFile), ORIGINAL);
    }

    /** @param logits on the grid of the prepared case */
    private record Prediction(float[][] logits, Plan plan, Path model, String digest) {
    }

    /** In memory at once: the case, the logits on its grid with their weights, and the logits on the grid of the scan. */
    private static void requireMemory(final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final CaseSummary summary = readSummary(session, flowFile);
        final int outputs = PlanAttributes.find(flowFile.getAttributes()).map(plan -> plan.classes().size()).orElse(2);
        final double voxels = (outputs + 1.0) * summary.shape().count() + (double) outputs * summary.history().scan().shape().count();
        MemoryBudget.ofHeap().require(nameOf(flowFile), summary.floatBytes() + voxels * Float.BYTES);
    }

    /** @return empty if the processor was stopped meanwhile */
    private Optional<Prediction> predict(final ProcessContext context, final FlowFile flowFile, final ScanCase prepared) throws CaseException, IOException {
        final GpuService service = context.getProperty(GPU_SERVICE).asControllerService(GpuService.class);
        final Path file = modelFile(context, flowFile);
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, () -> !isScheduled()).orElse(null)) {
            if (lease == null) {
                return Optional.empty();
            }

            try (LoadedModel model = service.model(lease, file)) {
                final Plan plan = plan(flowFile, file, model);
                final CasePredictor predictor = new CasePredictor(service.engine());
                final float[][] logits = predictor.logits(model.network(), prepared, settings(context, plan, model.network()), () -> !isScheduled(), WindowProgress.NONE);
                return Optional.of(new Prediction(logits, plan, file, model.digest()));
            }
        } catch (final CancellationException e) {
            return Optional.empty();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Path modelFile(final ProcessContext context, final FlowFile flowFile) throws CaseException {
        final String text = context.getProperty(MODEL_FILE).evaluateAttributeExpressions(flowFile).getValue();
        if (text == null || text.isBlank()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "No model is named for %s. Set Model File, or the attribute %s.".formatted(nameOf(flowFile), CaseAttributes.MODEL_PATH));
        }

        try {
            return Path.of(text.strip()).toAbsolutePath();
        } catch (final InvalidPathException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "Model File is not a path for %s: %s".formatted(nameOf(flowFile), text), e);
        }
    }

    /** The model's own plan counts; one from elsewhere comes with the case. */
    private static Plan plan(final FlowFile flowFile, final Path file, final LoadedModel model) throws CaseException {
        final Plan plan = model.plan().isPresent() ? model.plan().get() : PlanAttributes.require(flowFile.getAttributes());
        if (plan.classes().size() != model.network().outputChannels()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The model %s has %d outputs and the plan %d classes. Give the case the plan that the model was trained with."
                    .formatted(file.getFileName(), model.network().outputChannels(), plan.classes().size()));
        }

        return plan;
    }

    private static WindowSettings settings(final ProcessContext context, final Plan plan, final SegmentationNetwork network) {
        final Blend blend = switch (context.getProperty(BLEND).asAllowableValue(BlendChoice.class)) {
            case GAUSSIAN -> Blend.GAUSSIAN;
            case CONSTANT -> Blend.CONSTANT;
        };

        final Shape window = network.dimensions() == 2 ? new Shape(1, plan.patch().height(), plan.patch().width()) : plan.patch();
        return new WindowSettings(window, context.getProperty(OVERLAP).asDouble(), blend, context.getProperty(WINDOW_BATCH_SIZE).asInteger(),
                context.getProperty(TEST_TIME_AUGMENTATION).asBoolean());
    }

    private static void send(final ProcessSession session, final FlowFile flowFile, final Prediction prediction, final Segmentation segmentation) {
        final String caseId = ImagePaths.caseId(nameOf(flowFile));
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(prediction.plan()));
        attributes.put(CaseAttributes.CASE_ID, caseId);
        attributes.put(CaseAttributes.CASE_SHAPE, PlanAttributes.text(segmentation.geometry().shape()));
        attributes.put(CaseAttributes.CASE_SPACING, PlanAttributes.text(segmentation.geometry().spacing()));
        attributes.put(CaseAttributes.MODEL_PATH, prediction.model().toString());
        attributes.put(CaseAttributes.MODEL_DIGEST, prediction.digest());
        final FlowFile label = session.write(withoutFault(session, session.create(flowFile)),
                content -> LabelFile.write(content, segmentation.label(), segmentation.geometry(), true));
        session.transfer(named(session, label, attributes, "segmentation", caseId + ".nii.gz", CaseAttributes.NIFTI_GZIP), SEGMENTATION);
        if (segmentation.probabilities().isPresent()) {
            final List<String> classNames = prediction.plan().classes().stream().map(LabelClass::name).toList();
            final ScanCase probabilities = new ScanCase(classNames, segmentation.probabilities().get(), null, segmentation.geometry(), CaseHistory.of(segmentation.geometry()));
            final FlowFile volume = session.write(withoutFault(session, session.create(flowFile)), content -> CaseFile.write(content, probabilities));
            session.transfer(named(session, volume, attributes, "probabilities", caseId + "_probabilities.nii", CaseAttributes.NIFTI), PROBABILITIES_RELATIONSHIP);
        }
    }

    private static FlowFile named(final ProcessSession session, final FlowFile flowFile, final Map<String, String> attributes, final String result, final String filename,
                                  final String mediaType) {
        final FlowFile described = session.putAllAttributes(flowFile, attributes);
        return session.putAllAttributes(described, Map.of(CaseAttributes.RESULT, result, "filename", filename, "mime.type", mediaType));
    }
}
