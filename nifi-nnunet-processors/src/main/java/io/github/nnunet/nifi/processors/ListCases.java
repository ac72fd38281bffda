/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
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
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.util.List;
import java.util.Set;

/** Gives a flowfile for each case of a dataset, with the plan for the whole dataset in its attributes. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "nifti", "dataset", "decathlon", "list", "fold"})
@CapabilityDescription("Lists the cases of a dataset in Medical Segmentation Decathlon or nnU-Net layout: one flowfile a case, without content, "
        + "with the files, the fold and the plan of the dataset as attributes.")
@InputRequirement(InputRequirement.Requirement.INPUT_ALLOWED)
@TriggerSerially
@SeeAlso({FetchCase.class, CollectDataset.class})
@Stateful(scopes = Scope.LOCAL, description = "Without an incoming connection, what was listed last is remembered, so that a dataset is listed once and not again after a "
        + "restart. It is listed again when dataset.json or a property changes, or when the state is cleared.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any folder that NiFi may read."))
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @WritesAttribute(attribute = CaseAttributes.IMAGE_PATHS, description = "The image file, or a JSON array of files where there is one for each modality"),
        @WritesAttribute(attribute = CaseAttributes.LABEL_PATH, description = "The label file, if there is one"),
        @WritesAttribute(attribute = CaseAttributes.CASE_FOLD, description = "The fold, counted from 0, that validates on the case"),
        @WritesAttribute(attribute = CaseAttributes.FOLDS, description = "Number of folds"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_IDENTIFIER, description = "The same for all cases of one listing"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_INDEX, description = "Position of the case in the listing, from 0"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_COUNT, description = "Number of cases in the listing"),
        @WritesAttribute(attribute = PlanAttributes.JSON, description = "The whole plan, JSON; its parts follow as nnunet.plan.*"),
        @WritesAttribute(attribute = "filename", description = "Name of the case")
})
public class ListCases extends AbstractProcessor {
    static final PropertyDescriptor DATASET_FOLDER = new PropertyDescriptor.Builder()
            .name("Dataset Folder")
            .description("The folder with dataset.json and the images and labels it names. A folder without dataset.json needs imagesTr and labelsTr, or imagesTs.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();
    static final PropertyDescriptor TASK = new PropertyDescriptor.Builder()
            .name("Task")
            .description("A task of the catalogue, such as 04, whose spacing, patch size and CT statistics are used. "
                    + "Left empty, the number in the folder's name is looked up, and a dataset that is not in the catalogue is measured instead.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .build();
    static final PropertyDescriptor DIMENSIONS = new PropertyDescriptor.Builder()
            .name("Dimensions")
            .description("Whether a 3D or a 2D network is planned.")
            .required(true)
            .allowableValues(DimensionChoice.class)
            .defaultValue(DimensionChoice.THREE)
            .build();
    static final PropertyDescriptor SPLIT = new PropertyDescriptor.Builder()
            .name("Split")
            .description("Which cases are listed.")
            .required(true)
            .allowableValues(SplitChoice.class)
            .defaultValue(SplitChoice.LABELLED)
            .build();
    static final PropertyDescriptor FOLDS = new PropertyDescriptor.Builder()
            .name("Folds")
            .description("Into how many folds the labelled cases are divided for cross-validation. The division is nnU-Net's own: shuffled with seed 12345.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("5")
            .addValidator(StandardValidators.createLongValidator(2, 1000, true))
            .build();
    static final PropertyDescriptor FOLD = new PropertyDescriptor.Builder()
            .name("Fold")
            .description("The fold, counted from 0, whose training or validation cases are listed.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .dependsOn(SPLIT, SplitChoice.TRAINING, SplitChoice.VALIDATION)
            .build();
    static final PropertyDescriptor FOREGROUND_CHANNEL = new PropertyDescriptor.Builder()
            .name("Foreground Channel")
            .description("Whether the plan asks for the foreground mask as one more input channel.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor CASE_LIMIT = new PropertyDescriptor.Builder()
            .name("Case Limit")
            .description("Only this many cases, the first by name, as if the dataset had no more. Left empty, all.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("A flowfile for each case")
            .build();
    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("The trigger, or an empty flowfile where there was none, if the dataset cannot be listed: the reason is in nnunet.error")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(DATASET_FOLDER, TASK, DIMENSIONS, SPLIT, FOLDS, FOLD, FOREGROUND_CHANNEL, CASE_LIMIT);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, FAILURE);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        throw new UnsupportedOperationException();
    }
}
