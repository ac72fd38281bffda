/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.TriggerWhenEmpty;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Scores segmentations. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "evaluation", "Dice", "metrics", "score"})
@CapabilityDescription("Scores segmentations against reference labels, class by class, and sums up when all cases of a listing are scored.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({SlidingWindowPredict.class, ListCases.class})
@TriggerWhenEmpty
@TriggerSerially
@Stateful(scopes = Scope.LOCAL, description = "Scores of the cases of a listing, until its summary is sent.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any file that NiFi may read."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.LABEL_PATH, description = "The reference label, by default"),
        @ReadsAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @ReadsAttribute(attribute = CaseAttributes.ERROR, description = "A flowfile that has it stands for a case that failed before"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_IDENTIFIER, description = "The listing that the case belongs to"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_INDEX, description = "Position of the case in the listing"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_COUNT, description = "Number of cases in the listing"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "The classes")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.DICE_MEAN, description = "Mean Dice over the classes, 0 to 1; on a summary over the cases too"),
        @WritesAttribute(attribute = CaseAttributes.DICE_PREFIX + "<class>", description = "Dice of a class, 0 to 1"),
        @WritesAttribute(attribute = "filename", description = "On a summary: dice.json, dice.csv or dice.txt"),
        @WritesAttribute(attribute = "mime.type", description = "On a summary")
})
public class ComputeDice extends AbstractCaseProcessor {
    static final PropertyDescriptor REFERENCE_LABEL_FILE = new PropertyDescriptor.Builder()
            .name("Reference Label File")
            .description("The reference label: a NIfTI file on the grid of the segmentation.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.label.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
            .build();
    static final PropertyDescriptor WAIT_FOR_MISSING_CASES = new PropertyDescriptor.Builder()
            .name("Wait For Missing Cases")
            .description("When no case has arrived for so long, the summary is made of those that are there, and a warning names the number that is missing. Connecting the failure relationships of the steps before to this processor makes waiting needless.")
            .required(true)
            .defaultValue("1 hour")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("Segmentations as they came, with their scores as attributes")
            .build();
    static final Relationship SUMMARY = new Relationship.Builder()
            .name("summary")
            .description("Scores of all cases of a listing, in three flowfiles: JSON, CSV and a table as text")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(REFERENCE_LABEL_FILE, WAIT_FOR_MISSING_CASES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, SUMMARY, FAILURE);

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
