/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.preprocess.ForegroundChannel;
import io.github.nnunet.preprocess.Normalization;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
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
import java.util.Optional;

/** Brings the intensities of a case to the scale that networks are trained on. */
@Tags({"nnunet", "medical", "imaging", "nifti", "normalize", "intensity", "CT", "MRI", "preprocess", "z-score", "Hounsfield"})
@CapabilityDescription("Normalises the intensities of a case as its modality needs, and adds the foreground channel where the plan asks for it.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SideEffectFree
@SupportsBatching
@SeeAlso({Resample.class, PadToPatch.class, SlidingWindowPredict.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers, before and after the step.")
@ReadsAttributes({
        @ReadsAttribute(attribute = PlanAttributes.MODALITY, description = "MRI or CT"),
        @ReadsAttribute(attribute = PlanAttributes.CT_MIN, description = "And nnunet.plan.ct.max, .mean, .std: the CT statistics"),
        @ReadsAttribute(attribute = PlanAttributes.FOREGROUND_CHANNEL, description = "Whether to add the foreground channel")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
@UseCase(
        description = "Scale the intensities of MRI or CT as nnU-Net does",
        keywords = {"z-score", "Hounsfield", "intensity"},
        configuration = """
                Leave "Scheme" at its default to take it from the plan.
                Connect "success" to PadToPatch to train, or to SlidingWindowPredict to predict.""")
public class Normalize extends AbstractCaseTransform {
    static final PropertyDescriptor SCHEME = new PropertyDescriptor.Builder()
            .name("Scheme")
            .description("How intensities are normalised.")
            .required(true)
            .allowableValues(SchemeChoice.class)
            .defaultValue(SchemeChoice.PLANNED)
            .build();
    static final PropertyDescriptor CT_MINIMUM = new PropertyDescriptor.Builder()
            .name("CT Minimum")
            .description("Lower bound in Hounsfield units to clip to.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.ct.min}")
            .addValidator(new LiteralValidator(Normalize::number))
            .dependsOn(SCHEME, SchemeChoice.PLANNED, SchemeChoice.CT)
            .build();
    static final PropertyDescriptor CT_MAXIMUM = new PropertyDescriptor.Builder()
            .name("CT Maximum")
            .description("Upper bound in Hounsfield units to clip to.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.ct.max}")
            .addValidator(new LiteralValidator(Normalize::number))
            .dependsOn(SCHEME, SchemeChoice.PLANNED, SchemeChoice.CT)
            .build();
    static final PropertyDescriptor CT_MEAN = new PropertyDescriptor.Builder()
            .name("CT Mean")
            .description("Subtracted after clipping.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.ct.mean}")
            .addValidator(new LiteralValidator(Normalize::number))
            .dependsOn(SCHEME, SchemeChoice.PLANNED, SchemeChoice.CT)
            .build();
    static final PropertyDescriptor CT_STANDARD_DEVIATION = new PropertyDescriptor.Builder()
            .name("CT Standard Deviation")
            .description("Divided by after clipping.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.plan.ct.std}")
            .addValidator(new LiteralValidator(Normalize::positiveNumber))
            .dependsOn(SCHEME, SchemeChoice.PLANNED, SchemeChoice.CT)
            .build();
    static final PropertyDescriptor FOREGROUND_CHANNEL = new PropertyDescriptor.Builder()
            .name("Foreground Channel")
            .description("Whether the foreground mask becomes one more channel.")
            .required(true)
            .allowableValues(ForegroundChannelChoice.class)
            .defaultValue(ForegroundChannelChoice.PLANNED)
            .build();
    static final PropertyDescriptor FOREGROUND_DEFINITION = new PropertyDescriptor.Builder()
            .name("Foreground Definition")
            .description("Which voxels the foreground channel marks.")
            .required(true)
            .allowableValues(ForegroundDefinitionChoice.class)
            .defaultValue(ForegroundDefinitionChoice.ABOVE_ZERO)
            .dependsOn(FOREGROUND_CHANNEL, ForegroundChannelChoice.PLANNED, ForegroundChannelChoice.ADD)
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(SCHEME, CT_MINIMUM, CT_MAXIMUM, CT_MEAN, CT_STANDARD_DEVIATION, FOREGROUND_CHANNEL, FOREGROUND_DEFINITION);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    ScanCase transform(final ProcessContext context, final FlowFile flowFile, final ScanCase scanCase) throws CaseException {
        final Modality modality = modality(context, flowFile);
        final Optional<CtStatistics> statistics = modality == Modality.CT ? Optional.of(statistics(context, flowFile)) : Optional.empty();
        return Normalization.apply(scanCase, modality, statistics, foregroundChannel(context, flowFile));
    }

    /** The case before, its channels after, and the mask. */
    @Override
    double neededBytes(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) {
        final double channels = summary.channelNames().size() + (foregroundChannel(context, flowFile) == ForegroundChannel.NONE ? 0 : 1);
        return summary.floatBytes() + channels * Float.BYTES * summary.shape().count();
    }

    private static Modality modality(final ProcessContext context, final FlowFile flowFile) throws CaseException {
        return switch (context.getProperty(SCHEME).asAllowableValue(SchemeChoice.class)) {
            case MRI -> Modality.MRI;
            case CT -> Modality.CT;
            case PLANNED -> plannedModality(flowFile);
        };
    }

    private static Modality plannedModality(final FlowFile flowFile) throws CaseException {
        final String planned = flowFile.getAttribute(PlanAttributes.MODALITY);
        for (final Modality modality : Modality.values()) {
            if (modality.name().equalsIgnoreCase(planned)) {
                return modality;
            }
        }

        throw new CaseException(FaultCategory.UNSUPPORTED,
                "The attribute %s is \"%s\" and should be MRI or CT. Give the case a plan with ListCases or AttachPlan, or choose a Scheme.".formatted(PlanAttributes.MODALITY, planned));
    }

    private static CtStatistics statistics(final ProcessContext context, final FlowFile flowFile) throws CaseException {
        return new CtStatistics(
                number(context, flowFile, CT_MINIMUM),
                number(context, flowFile, CT_MAXIMUM),
                number(context, flowFile, CT_MEAN),
                positiveNumber(CT_STANDARD_DEVIATION.getName(), context.getProperty(CT_STANDARD_DEVIATION).evaluateAttributeExpressions(flowFile).getValue()));
    }

    private static double number(final ProcessContext context, final FlowFile flowFile, final PropertyDescriptor property) throws CaseException {
        return number(property.getName(), context.getProperty(property).evaluateAttributeExpressions(flowFile).getValue());
    }

    private static double number(final String property, final String text) throws CaseException {
        final double number = parse(text);
        if (!Double.isFinite(number)) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s is \"%s\", and should be a number in Hounsfield units. Give the case a plan with CT statistics, or set the property.".formatted(property, text));
        }

        return number;
    }

    private static double parse(final String text) {
        try {
            return text == null ? Double.NaN : Double.parseDouble(text);
        } catch (final NumberFormatException noNumber) {
            return Double.NaN;
        }
    }

    private static double positiveNumber(final String property, final String text) throws CaseException {
        final double number = number(property, text);
        if (number <= 0) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "%s is %s, and should be more than 0: every intensity is divided by it.".formatted(property, text));
        }

        return number;
    }

    private static ForegroundChannel foregroundChannel(final ProcessContext context, final FlowFile flowFile) {
        final boolean wanted = switch (context.getProperty(FOREGROUND_CHANNEL).asAllowableValue(ForegroundChannelChoice.class)) {
            case ADD -> true;
            case NONE -> false;
            case PLANNED -> Boolean.parseBoolean(flowFile.getAttribute(PlanAttributes.FOREGROUND_CHANNEL));
        };

        if (!wanted) {
            return ForegroundChannel.NONE;
        }

        return switch (context.getProperty(FOREGROUND_DEFINITION).asAllowableValue(ForegroundDefinitionChoice.class)) {
            case ABOVE_ZERO -> ForegroundChannel.ABOVE_ZERO;
            case ABOVE_MEAN -> ForegroundChannel.ABOVE_MEAN;
        };
    }
}
