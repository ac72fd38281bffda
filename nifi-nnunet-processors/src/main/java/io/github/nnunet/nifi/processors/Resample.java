/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.preprocess.CubicResize;
import io.github.nnunet.preprocess.Resampling;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SlicedCase;
import io.github.nnunet.volume.Spacing;
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
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

import java.util.List;
import java.util.Optional;

/** Brings a case to the planned spacing. */
@Tags({"nnunet", "medical", "imaging", "nifti", "resample", "spacing", "preprocess", "resize", "voxel size", "MRI", "CT"})
@CapabilityDescription("Resamples a case to another voxel spacing: images with cubic splines, labels class by class, and strongly anisotropic volumes slice by slice.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SideEffectFree
@SupportsBatching
@SeeAlso({CropNonZero.class, Normalize.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers, before and after the step.")
@ReadsAttributes({
        @ReadsAttribute(attribute = PlanAttributes.SPACING, description = "The target, by default")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
@UseCase(
        description = "Bring scans of different spacing to the one that the model was trained at",
        keywords = {"spacing", "voxel size", "resolution", "anisotropic"},
        configuration = """
                Leave "Target Spacing" at its default to take it from the plan, or set it to millimetres along z, y and x, such as 3.0,0.8,0.8.""")
public class Resample extends AbstractCaseTransform {
    static final PropertyDescriptor TARGET_SPACING = new PropertyDescriptor.Builder()
            .name("Target Spacing")
            .description("Voxel spacing to resample to: three numbers in mm for z,y,x, separated by commas. The word scan leaves the case as it is, which is what 2D networks are planned with.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.spacing}")
            .addValidator(new LiteralValidator(Resample::target))
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(TARGET_SPACING, CaseThreads.THREADS_PER_CASE);

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
    SlicedCase transform(final ProcessContext context, final FlowFile flowFile, final ScanCase scanCase) throws CaseException {
        return Resampling.slices(scanCase, target(context, flowFile, scanCase.geometry().spacing()), threads.team());
    }

    @Override
    boolean isDone(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) throws CaseException {
        return summary.history().padding().isEmpty() && Resampling.isSame(summary.spacing(), target(context, flowFile, summary.spacing()));
    }

    /** The case before, its label after, and a channel that is resampled and written slice by slice. */
    @Override
    double neededBytes(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) throws CaseException {
        final Shape shape = summary.shape();
        final Shape newShape = Resampling.newShape(shape, summary.spacing(), target(context, flowFile, summary.spacing()));
        final double slices = 2.0 * Float.BYTES * newShape.height() * newShape.width();
        return summary.floatBytes() + newShape.count() + slices + CubicResize.workingBytes(shape, newShape, threads.team());
    }

    private static Spacing target(final ProcessContext context, final FlowFile flowFile, final Spacing own) throws CaseException {
        return target(TARGET_SPACING.getName(), context.getProperty(TARGET_SPACING).evaluateAttributeExpressions(flowFile).getValue()).orElse(own);
    }

    /** @return empty if the case is left as it is */
    private static Optional<Spacing> target(final String property, final String text) throws CaseException {
        return PlanAttributes.SPACING_OF_SCAN.equalsIgnoreCase(text.strip()) ? Optional.empty() : Optional.of(Triple.spacing(property, text));
    }
}
