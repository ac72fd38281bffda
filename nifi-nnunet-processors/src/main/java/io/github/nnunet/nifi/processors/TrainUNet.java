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
import org.apache.nifi.annotation.behavior.TriggerWhenAnyDestinationAvailable;
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

/** Trains a network, an epoch a trigger. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "training", "unet", "deep learning", "GPU", "model"})
@CapabilityDescription("Trains a U-Net on a fold of a prepared dataset, an epoch at a time, and sends the best model. Stop, start, crash and restart go on after the last complete epoch.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({CollectDataset.class, SlidingWindowPredict.class})
@TriggerWhenAnyDestinationAvailable
@SystemResourceConsideration(resource = SystemResource.CPU, description = "Without a GPU, training takes all cores it is given.")
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "Weights, gradients and the optimiser's state are kept while a job is trained.")
@SystemResourceConsideration(resource = SystemResource.DISK, description = "Each run folder has two checkpoints and a log.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.WRITE_FILESYSTEM, explanation = "Writes to any folder that NiFi may write to."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.FOLD, description = "Names the run folder"),
        @ReadsAttribute(attribute = CaseAttributes.TRAINING_EPOCH, description = "A job that has it was begun and goes first")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.TRAINING_EPOCH, description = "Epochs done"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_EPOCHS, description = "Epochs asked for"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_LOSS, description = "Mean loss of the last epoch"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_DICE, description = "Mean validation Dice of the last epoch, 0 to 1"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_BEST_DICE, description = "Best mean validation Dice so far, 0 to 1"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_SECONDS_LEFT, description = "Estimate of the time left"),
        @WritesAttribute(attribute = CaseAttributes.RUN_FOLDER, description = "Folder with checkpoints and logs"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_PATH, description = "On a model: its file"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_DIGEST, description = "On a model: SHA-256 of its file"),
        @WritesAttribute(attribute = PlanAttributes.JSON, description = "On a model: its plan; the parts follow as nnunet.plan.*"),
        @WritesAttribute(attribute = "filename", description = "On a model and on progress"),
        @WritesAttribute(attribute = "mime.type", description = "On a model and on progress")
})
public class TrainUNet extends AbstractCaseProcessor {
    static final PropertyDescriptor GPU_SERVICE = new PropertyDescriptor.Builder()
            .name("GPU Service")
            .description("The service that shares devices and loaded models among processors.")
            .required(true)
            .identifiesControllerService(GpuService.class)
            .build();
    static final PropertyDescriptor RESULTS_FOLDER = new PropertyDescriptor.Builder()
            .name("Results Folder")
            .description("Checkpoints, model and log of a job go to the folder fold-N in it, N being the fold. A job whose folder has a checkpoint goes on from there.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();
    static final PropertyDescriptor EPOCHS = new PropertyDescriptor.Builder()
            .name("Epochs")
            .description("The most epochs to train.")
            .required(true)
            .defaultValue("1000")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor MINIMUM_EPOCHS = new PropertyDescriptor.Builder()
            .name("Minimum Epochs")
            .description("Patience does not end the training before so many epochs.")
            .required(true)
            .defaultValue("30")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor PATIENCE = new PropertyDescriptor.Builder()
            .name("Patience")
            .description("Training ends when the mean validation Dice has not risen for so many epochs.")
            .required(true)
            .defaultValue("100")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor TIME_BUDGET = new PropertyDescriptor.Builder()
            .name("Time Budget")
            .description("Training ends when it has taken so long, whatever the number of epochs. Left empty, there is no limit.")
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();
    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description("Patches in a step.")
            .required(true)
            .defaultValue("2")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor SAMPLES_PER_EPOCH = new PropertyDescriptor.Builder()
            .name("Samples Per Epoch")
            .description("Patches in an epoch. 0: as many as there are training cases.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor OVERSAMPLING = new PropertyDescriptor.Builder()
            .name("Oversampling")
            .description("The share of patches, 0 to 1, that are placed on a foreground class.")
            .required(true)
            .defaultValue("0.4")
            .addValidator(NumberValidator.between(0, 1))
            .build();
    static final PropertyDescriptor AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Augmentation")
            .description("How training patches are varied.")
            .required(true)
            .allowableValues(AugmentationChoice.class)
            .defaultValue(AugmentationChoice.FULL)
            .build();
    static final PropertyDescriptor DATA_LOADING_THREADS = new PropertyDescriptor.Builder()
            .name("Data Loading Threads")
            .description("Threads that cut and vary patches while the device computes.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor FILTERS = new PropertyDescriptor.Builder()
            .name("Filters")
            .description("Channels of each level of the network, separated by commas, the finest level first. Left empty: 32, 64, 128, 256, 320, 320.")
            .addValidator(NumberListValidator.POSITIVE_INTEGERS)
            .build();
    static final PropertyDescriptor DEPTH = new PropertyDescriptor.Builder()
            .name("Depth")
            .description("The most times the network halves its input.")
            .required(true)
            .defaultValue("5")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor MINIMUM_FEATURE_MAP = new PropertyDescriptor.Builder()
            .name("Minimum Feature Map")
            .description("No axis is halved below so many voxels.")
            .required(true)
            .defaultValue("4")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION = new PropertyDescriptor.Builder()
            .name("Deep Supervision")
            .description("Whether coarser levels of the decoder are trained to segment too.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor DEEP_SUPERVISION_HEADS = new PropertyDescriptor.Builder()
            .name("Deep Supervision Heads")
            .description("How many coarser levels.")
            .required(true)
            .defaultValue("2")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .dependsOn(DEEP_SUPERVISION, "true")
            .build();
    static final PropertyDescriptor LEARNING_RATE = new PropertyDescriptor.Builder()
            .name("Learning Rate")
            .description("Step size of the optimiser, Adam with decoupled weight decay.")
            .required(true)
            .defaultValue("0.0008")
            .addValidator(NumberValidator.positive())
            .build();
    static final PropertyDescriptor WEIGHT_DECAY = new PropertyDescriptor.Builder()
            .name("Weight Decay")
            .description("The share of each weight, times the learning rate, that is taken off at each step.")
            .required(true)
            .defaultValue("0.0001")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor LEARNING_RATE_SCHEDULE = new PropertyDescriptor.Builder()
            .name("Learning Rate Schedule")
            .description("How the learning rate changes over the training.")
            .required(true)
            .allowableValues(SchedulerChoice.class)
            .defaultValue(SchedulerChoice.CONSTANT)
            .build();
    static final PropertyDescriptor WARMUP_STEPS = new PropertyDescriptor.Builder()
            .name("Warmup Steps")
            .description("Steps over which the learning rate rises from 0.")
            .required(true)
            .defaultValue("250")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .dependsOn(LEARNING_RATE_SCHEDULE, SchedulerChoice.COSINE)
            .build();
    static final PropertyDescriptor GRADIENT_CLIPPING = new PropertyDescriptor.Builder()
            .name("Gradient Clipping")
            .description("The largest norm of a gradient. 0: no limit.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor BACKGROUND_IN_DICE = new PropertyDescriptor.Builder()
            .name("Background In Dice")
            .description("Whether the Dice loss counts the background as a class.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor VALIDATION_INTERVAL = new PropertyDescriptor.Builder()
            .name("Validation Interval")
            .description("Validate every so many epochs.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor SKIP_FIRST_VALIDATIONS = new PropertyDescriptor.Builder()
            .name("Skip First Validations")
            .description("Epochs at the start that are not validated.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor VALIDATION_CASES = new PropertyDescriptor.Builder()
            .name("Validation Cases")
            .description("The most cases to validate on after an epoch. 0: all of the fold.")
            .required(true)
            .defaultValue("0")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor VALIDATION_BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Validation Batch Size")
            .description("Windows in a forward pass of validation.")
            .required(true)
            .defaultValue("4")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .build();
    static final PropertyDescriptor VALIDATION_OVERLAP = new PropertyDescriptor.Builder()
            .name("Validation Overlap")
            .description("The share of a window, 0 up to 1, that the next one covers again.")
            .required(true)
            .defaultValue("0.5")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor VALIDATION_BLEND = new PropertyDescriptor.Builder()
            .name("Validation Blend")
            .description("How overlapping windows are weighed in validation.")
            .required(true)
            .allowableValues(BlendChoice.class)
            .defaultValue(BlendChoice.GAUSSIAN)
            .build();
    static final PropertyDescriptor VALIDATION_TEST_TIME_AUGMENTATION = new PropertyDescriptor.Builder()
            .name("Validation Test-Time Augmentation")
            .description("Whether validation averages over all flips.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor WEIGHTS_AVERAGING = new PropertyDescriptor.Builder()
            .name("Weights Averaging")
            .description("Decay of a running average of the weights, which is then what is validated and kept. 0: none.")
            .required(true)
            .defaultValue("0")
            .addValidator(NumberValidator.fraction())
            .build();
    static final PropertyDescriptor RANDOM_SEED = new PropertyDescriptor.Builder()
            .name("Random Seed")
            .description("The same seed gives the same run on the same machine.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.NON_NEGATIVE_INTEGER_VALIDATOR)
            .build();

    static final Relationship MODEL = new Relationship.Builder()
            .name("model")
            .description("The best model, when the training has ended")
            .build();
    static final Relationship PROGRESS = new Relationship.Builder()
            .name("progress")
            .description("The report of each epoch, JSON")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("The job, when the training has ended")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(
            GPU_SERVICE, RESULTS_FOLDER, EPOCHS, MINIMUM_EPOCHS, PATIENCE, TIME_BUDGET, BATCH_SIZE, SAMPLES_PER_EPOCH, OVERSAMPLING,
            AUGMENTATION, DATA_LOADING_THREADS, FILTERS, DEPTH, MINIMUM_FEATURE_MAP, DEEP_SUPERVISION, DEEP_SUPERVISION_HEADS,
            LEARNING_RATE, WEIGHT_DECAY, LEARNING_RATE_SCHEDULE, WARMUP_STEPS, GRADIENT_CLIPPING, BACKGROUND_IN_DICE,
            VALIDATION_INTERVAL, SKIP_FIRST_VALIDATIONS, VALIDATION_CASES, VALIDATION_BATCH_SIZE, VALIDATION_OVERLAP,
            VALIDATION_BLEND, VALIDATION_TEST_TIME_AUGMENTATION, WEIGHTS_AVERAGING, RANDOM_SEED);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(MODEL, PROGRESS, ORIGINAL, FAILURE);

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
