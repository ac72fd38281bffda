/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.preprocess.Foreground;
import io.github.nnunet.preprocess.NonZeroCrop;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.annotation.behavior.InputRequirement;
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
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

import java.util.List;

/** Cuts away the empty border of a case. */
@Tags({"nnunet", "medical", "imaging", "nifti", "crop", "preprocess", "bounding box", "MRI", "CT"})
@CapabilityDescription("Cuts a case to the smallest box that holds all foreground voxels of all channels. The label is cut with it; the box is remembered in the case.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SideEffectFree
@SupportsBatching
@SeeAlso({FetchCase.class, Resample.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers, before and after the step.")
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
@UseCase(
        description = "Cut the air around a head or body away, so that later steps have less to do",
        keywords = {"crop", "bounding box", "background"},
        configuration = """
                Leave "Foreground" at its default for MRI.
                The box is remembered in the case, so that SlidingWindowPredict puts its result into the whole scan.""")
public class CropNonZero extends AbstractCaseTransform {
    static final PropertyDescriptor FOREGROUND = new PropertyDescriptor.Builder()
            .name("Foreground")
            .description("Which voxels count as foreground.")
            .required(true)
            .allowableValues(ForegroundChoice.class)
            .defaultValue(ForegroundChoice.ABOVE_ZERO)
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(FOREGROUND);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    ScanCase transform(final ProcessContext context, final FlowFile flowFile, final ScanCase scanCase) throws CaseException {
        return switch (context.getProperty(FOREGROUND).asAllowableValue(ForegroundChoice.class)) {
            case ABOVE_ZERO -> NonZeroCrop.apply(scanCase, Foreground.ABOVE_ZERO);
            case NOT_ZERO -> NonZeroCrop.apply(scanCase, Foreground.NOT_ZERO);
        };
    }
}
