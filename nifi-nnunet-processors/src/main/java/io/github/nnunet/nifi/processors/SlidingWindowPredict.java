/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.GpuService;
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
import java.util.List;
import java.util.Set;

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
        throw new UnsupportedOperationException();
    }
}
