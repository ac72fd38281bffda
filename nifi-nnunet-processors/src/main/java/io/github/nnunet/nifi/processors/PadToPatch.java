/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.preprocess.PatchPadding;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.SideEffectFree;
import org.apache.nifi.annotation.behavior.SupportsBatching;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

import java.util.List;

/** Makes a case at least as large as the patch that networks are trained on. */
@Tags({"nnunet", "medical", "imaging", "nifti", "pad", "patch", "preprocess", "MRI", "CT"})
@CapabilityDescription("Pads a case with zeros to at least the patch size. In 2D, slices are padded and then cut to the patch size from their middle. Needed before training only.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SideEffectFree
@SupportsBatching
@SeeAlso({Normalize.class, CollectDataset.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers, before and after the step.")
@ReadsAttributes({
        @ReadsAttribute(attribute = PlanAttributes.PATCH, description = "The patch size, by default"),
        @ReadsAttribute(attribute = PlanAttributes.DIMENSIONS, description = "2 or 3, by default")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
@UseCase(
        description = "Make small scans as large as the network's patch, to train on them",
        keywords = {"pad", "patch", "crop"},
        configuration = """
                Leave "Patch Size" at its default to take it from the plan.
                Leave this processor out for prediction: SlidingWindowPredict pads where it must.""")
public class PadToPatch extends AbstractCaseTransform {
    static final PropertyDescriptor PATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Patch Size")
            .description("Voxels along z,y,x, separated by commas.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.patch}")
            .addValidator(new LiteralValidator(Triple::shape))
            .build();
    static final PropertyDescriptor DIMENSIONS = new PropertyDescriptor.Builder()
            .name("Dimensions")
            .description("2 or 3: what the network convolves over.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.dimensions}")
            .addValidator(new LiteralValidator(PadToPatch::dimensions))
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(PATCH_SIZE, DIMENSIONS);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    ScanCase transform(final ProcessContext context, final FlowFile flowFile, final ScanCase scanCase) throws CaseException {
        return PatchPadding.apply(scanCase, patch(context, flowFile), dimensions(context, flowFile));
    }

    @Override
    double neededBytes(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) throws CaseException {
        final Shape shape = summary.shape();
        final Shape patch = patch(context, flowFile);
        double voxels = 1;
        for (int axis = 0; axis < 3; axis++) {
            voxels *= Math.max(shape.size(axis), patch.size(axis));
        }

        return summary.floatBytes() * (1 + voxels / shape.count());
    }

    private static Shape patch(final ProcessContext context, final FlowFile flowFile) throws CaseException {
        return Triple.shape(PATCH_SIZE.getName(), context.getProperty(PATCH_SIZE).evaluateAttributeExpressions(flowFile).getValue());
    }

    private static int dimensions(final ProcessContext context, final FlowFile flowFile) throws CaseException {
        return dimensions(DIMENSIONS.getName(), context.getProperty(DIMENSIONS).evaluateAttributeExpressions(flowFile).getValue());
    }

    private static int dimensions(final String property, final String text) throws CaseException {
        return switch (text.strip()) {
            case "2" -> 2;
            case "3" -> 3;
            default -> throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s is \"%s\", and should be 2 or 3. Give the case a plan with ListCases or AttachPlan.".formatted(property, text.strip()));
        };
    }
}
