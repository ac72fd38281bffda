/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.DatasetCheck;
import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.DatasetReport;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.WholeNumberValidator;
import io.github.nnunet.nifi.processors.CaseListing.ListedCase;
import io.github.nnunet.nifti.NiftiLimits;
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
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives a flowfile for each case of a dataset, with the plan for the whole dataset in its attributes. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "nifti", "dataset", "decathlon", "list", "fold", "MSD", "BraTS", "nnU-Net"})
@CapabilityDescription("Lists the cases of a dataset in Medical Segmentation Decathlon, nnU-Net or BraTS layout: one flowfile a case, without content, "
        + "with the files, the fold and the plan of the dataset as attributes.")
@InputRequirement(InputRequirement.Requirement.INPUT_ALLOWED)
@TriggerSerially
@SeeAlso({FetchCase.class, CollectDataset.class})
@Stateful(scopes = Scope.CLUSTER, description = "Without an incoming connection, what was listed last is remembered, so that a dataset is listed once and not again after a "
        + "restart or by the next primary node of a cluster. It is listed again when dataset.json or a property changes, or when the state is cleared.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any folder that NiFi may read."))
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @WritesAttribute(attribute = CaseAttributes.IMAGE_PATHS, description = "The image file, or a JSON array of files where there is one for each modality"),
        @WritesAttribute(attribute = CaseAttributes.LABEL_PATH, description = "The label file, if there is one"),
        @WritesAttribute(attribute = CaseAttributes.LABEL_MAPPING, description = "For a BraTS folder 4:3: how values in the label file become those of the plan's classes"),
        @WritesAttribute(attribute = CaseAttributes.CASE_FOLD, description = "The fold, counted from 0, that validates on the case"),
        @WritesAttribute(attribute = CaseAttributes.FOLDS, description = "Number of folds"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_IDENTIFIER, description = "The same for all cases of one listing"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_INDEX, description = "Position of the case in the listing, from 0"),
        @WritesAttribute(attribute = CaseAttributes.FRAGMENT_COUNT, description = "Number of cases in the listing"),
        @WritesAttribute(attribute = PlanAttributes.JSON, description = "The whole plan, JSON; its parts follow as nnunet.plan.*"),
        @WritesAttribute(attribute = "filename", description = "Name of the case")
})
@UseCase(
        description = "List the cases of a dataset in Medical Segmentation Decathlon layout, to train on them",
        keywords = {"train", "decathlon", "MSD", "dataset.json", "nnU-Net"},
        configuration = """
                Set "Dataset Folder" to the folder with dataset.json.
                Leave "Split" at its default, so that labelled cases are listed with the fold that each belongs to.
                Connect "success" to FetchCase.""")
@UseCase(
        description = "List scans of a folder that have no label, to segment them",
        keywords = {"predict", "inference", "imagesTs", "folder"},
        configuration = """
                Set "Dataset Folder" to a folder with imagesTs in it, one NIfTI file a scan.
                Set "Split" to "test".
                Connect "success" to AttachPlan, which replaces the plan by that of the model.""")
public class ListCases extends AbstractProcessor implements VerifiableProcessor {
    static final PropertyDescriptor DATASET_FOLDER = new PropertyDescriptor.Builder()
            .name("Dataset Folder")
            .description("The folder with dataset.json and the images and labels it names. A folder without dataset.json needs imagesTr and labelsTr, or imagesTs; "
                    + "or, as BraTS has it, a folder for each case with files that end in _flair, _t1, _t1ce, _t2 and _seg.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.DIRECTORY)
            .build();
    static final PropertyDescriptor TASK = new PropertyDescriptor.Builder()
            .name("Task")
            .description("A task of the catalogue, such as 04, whose spacing, patch size and CT statistics are used. "
                    + "With auto, or left empty, the number in the folder's name is looked up, and a dataset that is not in the catalogue is measured instead.")
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
            .addValidator(WholeNumberValidator.between(2, 1000))
            .build();
    static final PropertyDescriptor FOLD = new PropertyDescriptor.Builder()
            .name("Fold")
            .description("The fold, counted from 0, whose training or validation cases are listed.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("0")
            .addValidator(WholeNumberValidator.atLeast(0))
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
            .addValidator(WholeNumberValidator.atLeast(1))
            .build();

    static final PropertyDescriptor PLANNING_RULES = new PropertyDescriptor.Builder()
            .name("Planning Rules")
            .description("How a dataset is planned that is not in the task catalogue.")
            .required(true)
            .allowableValues(PlanningChoice.class)
            .defaultValue(PlanningChoice.REFERENCE)
            .build();
    static final PropertyDescriptor PLANNING_MEMORY = new PropertyDescriptor.Builder()
            .name("Planning Memory")
            .description("The memory in GB of the GPU that a patch and a batch are to fit. nnU-Net's own plans are for 8.")
            .required(true)
            .defaultValue("8")
            .addValidator(NumberValidator.between(1, 1000))
            .dependsOn(PLANNING_RULES, PlanningChoice.NNUNET)
            .build();
    static final PropertyDescriptor CHECK_DATASET = new PropertyDescriptor.Builder()
            .name("Check Dataset")
            .description("Whether every file is read before anything is listed. If one is missing, damaged or does not fit the others, no case is listed, "
                    + "and the failure names all such files at once. The dataset is then checked again when one of its files changes.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("A flowfile for each case")
            .build();
    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("The trigger, or an empty flowfile where there was none, if the dataset cannot be listed: the reason is in nnunet.error. "
                    + "Where a check found faults and there was no trigger, the flowfile has them as JSON")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(DATASET_FOLDER, TASK, DIMENSIONS, SPLIT, FOLDS, FOLD, FOREGROUND_CHANNEL, CASE_LIMIT, PLANNING_RULES,
            PLANNING_MEMORY, CHECK_DATASET);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, FAILURE);

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    /** Folds that come from attributes are known when the trigger is there. */
    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final PropertyValue fold = context.getProperty(FOLD);
        final PropertyValue folds = context.getProperty(FOLDS);
        final SplitChoice split = context.getProperty(SPLIT).asAllowableValue(SplitChoice.class);
        final boolean isNeeded = split == SplitChoice.TRAINING || split == SplitChoice.VALIDATION;
        if (!isNeeded || fold.isExpressionLanguagePresent() || folds.isExpressionLanguagePresent()) {
            return List.of();
        }

        final int count = folds.evaluateAttributeExpressions().asInteger();
        if (fold.evaluateAttributeExpressions().asInteger() < count) {
            return List.of();
        }

        final String fault = "folds are counted from 0, so with %d Folds the last one is %d".formatted(count, count - 1);
        return List.of(new ValidationResult.Builder().subject(FOLD.getName()).input(fold.getValue()).valid(false).explanation(fault).build());
    }

    /** Reads and plans the dataset, and lists nothing. */
    @Override
    public List<ConfigVerificationResult> verify(final ProcessContext context, final ComponentLog verificationLogger, final Map<String, String> attributes) {
        final ListingRequest request = new ListingRequest(context, attributes);
        final Verification verification = new Verification(verificationLogger);
        verification.step("Read Dataset", () -> {
            final DatasetDescription dataset = request.dataset();
            return "%s: %d labelled cases, %d without a label, channels %s, classes %s".formatted(dataset.name(), dataset.training().size(), dataset.test().size(),
                    String.join(", ", dataset.channels()), dataset.classes().stream().map(LabelClass::name).collect(Collectors.joining(", ")));
        });
        verification.step("Select Cases", () -> "%d cases would be listed".formatted(request.cases(request.dataset()).size()));
        verification.step("Plan", () -> {
            final Plan plan = request.plan(request.dataset());
            return "%dD, %s, spacing %s mm, patch %s voxels (z, y, x)".formatted(plan.dimensions(), plan.modality(), PlanAttributes.text(plan.spacing()), PlanAttributes.text(plan.patch()));
        });
        if (request.isChecked()) {
            verification.step("Check Dataset", () -> {
                final DatasetReport report = check(request.dataset());
                report.requireNoErrors();
                return report.findings().isEmpty() ? "Every file was read, and fits the others" : report.text();
            });
        }

        return verification.results();
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        final FlowFile trigger = session.get();
        if (trigger == null) {
            listWithoutTrigger(context, session);
        } else {
            listForTrigger(context, session, trigger);
        }
    }

    private void listForTrigger(final ProcessContext context, final ProcessSession session, final FlowFile trigger) {
        try {
            final ListingRequest request = new ListingRequest(context, trigger.getAttributes());
            final DatasetDescription dataset = request.dataset();
            final List<ListedCase> cases = request.cases(dataset);
            if (request.isChecked()) {
                check(dataset).requireNoErrors();
            }

            send(session, Optional.of(trigger), cases, request.commonAttributes(dataset), UUID.randomUUID().toString());
            session.remove(trigger);
        } catch (final CaseException | IOException | IllegalArgumentException | UncheckedIOException e) {
            fail(session, trigger, e);
        }
    }

    private void listWithoutTrigger(final ProcessContext context, final ProcessSession session) {
        if (context.hasIncomingConnection()) {
            return;
        }

        final ListingMemory memory = new ListingMemory(context.getStateManager(), () -> UUID.randomUUID().toString());
        try {
            listOnce(context, session, memory);
        } catch (final IOException e) {
            throw new ProcessException("The state of %s cannot be read or written".formatted(this), e);
        }
    }

    private void listOnce(final ProcessContext context, final ProcessSession session, final ListingMemory memory) throws IOException {
        try {
            final ListingRequest request = new ListingRequest(context, Map.of());
            final DatasetDescription dataset = request.dataset();
            final List<ListedCase> cases = request.cases(dataset);
            final Path folder = Path.of(context.getProperty(DATASET_FOLDER).evaluateAttributeExpressions((FlowFile) null).getValue());
            final String fingerprint = ListingFingerprint.of(ListingFingerprint.settings(context, DESCRIPTORS), folder, request.isChecked() ? filesOf(dataset) : List.of(), cases);
            if (memory.wasSent(fingerprint)) {
                context.yield();
                return;
            }

            if (request.isChecked() && failIfFaulty(session, check(dataset))) {
                memory.begin(fingerprint);
                session.commitAsync(() -> markSent(memory));
                return;
            }

            final Map<String, String> common = request.commonAttributes(dataset);
            send(session, Optional.empty(), cases, common, memory.begin(fingerprint));
            session.commitAsync(() -> markSent(memory));
        } catch (final CaseException | IOException | IllegalArgumentException | UncheckedIOException e) {
            failOnce(context, session, memory, e);
        }
    }

    private DatasetReport check(final DatasetDescription dataset) {
        final DatasetReport report = DatasetCheck.check(dataset, NiftiLimits.forHeap());
        if (report.errors().isEmpty() && !report.findings().isEmpty()) {
            getLogger().warn("{}", report.text());
        }

        return report;
    }

    private boolean failIfFaulty(final ProcessSession session, final DatasetReport report) {
        try {
            report.requireNoErrors();
            return false;
        } catch (final CaseException e) {
            final FlowFile written = session.write(session.create(), content -> content.write(report.toJson().getBytes(StandardCharsets.UTF_8)));
            fail(session, session.putAttribute(written, CoreAttributes.MIME_TYPE.key(), "application/json"), e);
            return true;
        }
    }

    /** The same failure is sent once, as the same listing would be; the dataset is tried again all the same. */
    private void failOnce(final ProcessContext context, final ProcessSession session, final ListingMemory memory, final Exception fault) throws IOException {
        final String fingerprint = ListingFingerprint.settings(context, DESCRIPTORS) + fault;
        if (memory.wasSent(fingerprint)) {
            context.yield();
            return;
        }

        memory.begin(fingerprint);
        fail(session, session.create(), fault);
        session.commitAsync(() -> markSent(memory));
    }

    private void markSent(final ListingMemory memory) {
        try {
            memory.sent();
        } catch (final IOException e) {
            getLogger().warn("The state could not be written: the dataset may be listed again after a restart", e);
        }
    }

    private void fail(final ProcessSession session, final FlowFile flowFile, final Exception fault) {
        final FaultCategory category = fault instanceof CaseException known ? known.category() : FaultCategory.UNREADABLE;
        final String sentence = fault instanceof CaseException ? fault.getMessage() : "The dataset cannot be read: %s".formatted(fault);
        getLogger().error("The dataset cannot be listed ({}): {}", category.attributeValue(), sentence, fault);
        session.transfer(session.putAllAttributes(flowFile, Map.of(CaseAttributes.ERROR, sentence, CaseAttributes.ERROR_CATEGORY, category.attributeValue())), FAILURE);
    }

    private void send(final ProcessSession session, final Optional<FlowFile> trigger, final List<ListedCase> cases, final Map<String, String> common, final String identifier) {
        for (int index = 0; index < cases.size(); index++) {
            final Map<String, String> attributes = attributes(cases.get(index));
            attributes.putAll(common);
            attributes.put(CaseAttributes.FRAGMENT_IDENTIFIER, identifier);
            attributes.put(CaseAttributes.FRAGMENT_COUNT, Integer.toString(cases.size()));
            attributes.put(CaseAttributes.FRAGMENT_INDEX, Integer.toString(index));
            final FlowFile created = trigger.isPresent() ? session.create(trigger.get()) : session.create();
            final FlowFile described = session.putAllAttributes(session.removeAttribute(created, "mime.type"), attributes);
            if (trigger.isEmpty()) {
                session.getProvenanceReporter().create(described);
            }

            session.transfer(described, SUCCESS);
        }

        session.adjustCounter("Cases Listed", cases.size(), false);
        getLogger().info("{} cases of {} listed", cases.size(), common.get(PlanAttributes.NAME));
    }

    private static Map<String, String> attributes(final ListedCase listed) {
        final Map<String, String> attributes = new HashMap<>();
        attributes.put(CaseAttributes.CASE_ID, listed.files().id());
        attributes.put(CaseAttributes.IMAGE_PATHS, ImagePaths.write(listed.files()));
        attributes.put("filename", listed.files().id());
        listed.files().label().ifPresent(label -> attributes.put(CaseAttributes.LABEL_PATH, label.toAbsolutePath().toString()));
        listed.fold().ifPresent(fold -> attributes.put(CaseAttributes.CASE_FOLD, Integer.toString(fold)));
        return attributes;
    }

    private static List<Path> filesOf(final DatasetDescription dataset) {
        return Stream.concat(dataset.training().stream(), dataset.test().stream())
                .flatMap(files -> Stream.concat(files.images().stream(), files.label().stream()))
                .toList();
    }
}
