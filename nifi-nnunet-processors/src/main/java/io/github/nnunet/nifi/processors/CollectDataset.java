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

/** Gathers the prepared cases of a dataset on disk and starts the training. */
@Tags({"nnunet", "medical", "imaging", "dataset", "training", "fold", "cross-validation", "collect"})
@CapabilityDescription("Stores prepared cases in a folder for training, and gives a training job for each chosen fold when all cases of a listing are there.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({PadToPatch.class, TrainUNet.class, ListCases.class})
@TriggerWhenEmpty
@TriggerSerially
@Stateful(scopes = Scope.LOCAL, description = "Which cases of a listing have arrived, so that a restart neither loses nor doubles one.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.WRITE_FILESYSTEM, explanation = "Writes to any folder that NiFi may write to."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @ReadsAttribute(attribute = CaseAttributes.CASE_FOLD, description = "The fold that validates on the case"),
        @ReadsAttribute(attribute = CaseAttributes.FOLDS, description = "Number of folds"),
        @ReadsAttribute(attribute = CaseAttributes.LABEL_PATH, description = "The label as it was before preparation, by default"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_IDENTIFIER, description = "The listing that the case belongs to"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_INDEX, description = "Position of the case in the listing"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_COUNT, description = "Number of cases in the listing"),
        @ReadsAttribute(attribute = CaseAttributes.ERROR, description = "A flowfile that has it stands for a case that failed before"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "The plan")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.FOLD, description = "On a job: its fold"),
        @WritesAttribute(attribute = "mime.type", description = "On a job: application/json")
})
public class CollectDataset extends AbstractCaseProcessor {
    static final PropertyDescriptor PREPARED_FOLDER = new PropertyDescriptor.Builder()
            .name("Prepared Folder")
            .description("Where prepared cases are stored; made if it is not there. Each dataset and plan needs a folder of its own.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();
    static final PropertyDescriptor FOLDS_TO_TRAIN = new PropertyDescriptor.Builder()
            .name("Folds To Train")
            .description("Folds, counted from 0, to give jobs for: one number, several separated by commas, or all.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor ORIGINAL_LABEL_FILE = new PropertyDescriptor.Builder()
            .name("Original Label File")
            .description("The label as it was before preparation, which validation scores against. Where it comes out empty, none is stored.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.label.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor WAIT_FOR_MISSING_CASES = new PropertyDescriptor.Builder()
            .name("Wait For Missing Cases")
            .description("When no case has arrived for so long, training starts with those that are there, and a warning names the number that is missing. Connecting the failure relationships of the steps before to this processor makes waiting needless.")
            .required(true)
            .defaultValue("1 hour")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final Relationship JOB = new Relationship.Builder()
            .name("job")
            .description("A training job for each chosen fold, JSON, once all cases of a listing are there")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("Cases that were stored")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(PREPARED_FOLDER, FOLDS_TO_TRAIN, ORIGINAL_LABEL_FILE, WAIT_FOR_MISSING_CASES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(JOB, ORIGINAL, FAILURE);

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
