/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.ComponentTrial;
import io.github.nnunet.inference.Connectivity;
import io.github.nnunet.metrics.CaseScorer;
import io.github.nnunet.metrics.CaseScores;
import io.github.nnunet.metrics.Measure;
import io.github.nnunet.metrics.ScoreSummary;
import io.github.nnunet.metrics.ScoredClass;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.processors.CaseSetLedger.Arrival;
import io.github.nnunet.nifi.processors.CaseSetLedger.CaseSet;
import io.github.nnunet.nifi.processors.CaseSetLedger.Grouping;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
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
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Scores segmentations. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "evaluation", "Dice", "metrics", "score", "Hausdorff", "HD95", "nnU-Net", "evaluate"})
@CapabilityDescription("Scores segmentations against reference labels, class by class, and sums up when all cases of a listing are scored.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({SlidingWindowPredict.class, ListCases.class})
@TriggerWhenEmpty
@TriggerSerially
@Stateful(scopes = Scope.LOCAL, description = "Scores of the cases of a listing, until its summary is sent; with All Folds Of A Training, until no fold was complete for 30 days.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any file that NiFi may read."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.LABEL_PATH, description = "The reference label, by default"),
        @ReadsAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @ReadsAttribute(attribute = CaseAttributes.ERROR, description = "A flowfile that has it stands for a case that failed before"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_IDENTIFIER, description = "The listing that the case belongs to"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_INDEX, description = "Position of the case in the listing"),
        @ReadsAttribute(attribute = CaseAttributes.FRAGMENT_COUNT, description = "Number of cases in the listing"),
        @ReadsAttribute(attribute = CaseAttributes.TRAINING_RUN, description = "Cases that have it alike are summed up together, fold by fold"),
        @ReadsAttribute(attribute = CaseAttributes.FOLD, description = "The fold whose model predicted the case"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "The classes")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.DICE_MEAN, description = "Mean Dice over the classes, 0 to 1; on a summary over the cases too"),
        @WritesAttribute(attribute = CaseAttributes.DICE_PREFIX + "<class>", description = "Dice of a class, 0 to 1; on a summary the mean over the cases"),
        @WritesAttribute(attribute = CaseAttributes.SCORE_PREFIX + "<measure>.<class>", description = "A measure of a class, if Case Scores wants all as attributes"),
        @WritesAttribute(attribute = CaseAttributes.SCORES, description = "All scores of the case as JSON, likewise"),
        @WritesAttribute(attribute = CaseAttributes.CASES_SCORED, description = "On a summary: how many cases were scored"),
        @WritesAttribute(attribute = CaseAttributes.CASES_MISSING, description = "On a summary: how many cases failed or did not come"),
        @WritesAttribute(attribute = CaseAttributes.FOLDS_SCORED, description = "On a summary: of how many folds it has cases"),
        @WritesAttribute(attribute = "filename", description = "On a summary: dice.json, dice.csv, dice_classes.csv, dice.txt or postprocessing.json"),
        @WritesAttribute(attribute = "mime.type", description = "On a summary")
})
@UseCase(
        description = "Score segmentations of a model against reference labels, with all measures",
        keywords = {"Dice", "Hausdorff", "HD95", "surface Dice", "evaluate"},
        configuration = """
                Set "Measures" to "all".
                Set "Case Scores" to "content" to have a JSON file for each case.
                Connect "summary" to PutFile: dice.json and dice.csv are the results of the whole set.""")
@MultiProcessorUseCase(
        description = "Score segmentations that exist already, of whatever origin",
        keywords = {"evaluate", "compare", "metrics", "rater"},
        configurations = {
                @ProcessorConfiguration(
                        processorClass = ListCases.class,
                        configuration = """
                                "Dataset Folder": the dataset with the reference labels.
                                Connect "success" to FetchFile."""),
                @ProcessorConfiguration(
                        processorClassName = "org.apache.nifi.processors.standard.FetchFile",
                        configuration = """
                                "File to Fetch": the folder of the segmentations, then /${nnunet.case.id}.nii.gz
                                Connect "success" to ComputeDice."""),
                @ProcessorConfiguration(
                        processorClass = ComputeDice.class,
                        configuration = """
                                "Reference Label File": its default, the label file of the listed case.
                                "Measures": all, or some of them.
                                Connect "not.found" and "failure" of FetchFile to this processor too: a segmentation that is missing then counts as failed.""")
        })
public class ComputeDice extends AbstractCaseSetProcessor {
    static final PropertyDescriptor REFERENCE_LABEL_FILE = new PropertyDescriptor.Builder()
            .name("Reference Label File")
            .description("The reference label: a NIfTI file on the grid of the segmentation.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.label.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
            .build();

    static final PropertyDescriptor REGIONS = new PropertyDescriptor.Builder()
            .name("Regions")
            .description("What is scored: the classes of the plan, or regions made of several.")
            .required(true)
            .allowableValues(RegionChoice.class)
            .defaultValue(RegionChoice.CLASSES)
            .build();
    static final PropertyDescriptor MEASURES = new PropertyDescriptor.Builder()
            .name("Measures")
            .description("What is computed of each class, separated by commas: dice, hd95, surface_dice, sensitivity, specificity, precision, volume, or all. Dice always is. "
                    + "Surface measures take far longer than the others.")
            .required(true)
            .defaultValue(MeasureList.DEFAULT)
            .addValidator(MeasureList.VALIDATOR)
            .build();
    static final PropertyDescriptor SURFACE_TOLERANCE = new PropertyDescriptor.Builder()
            .name("Surface Tolerance")
            .description("For surface_dice: surfaces that are no further apart than so many mm agree.")
            .required(true)
            .defaultValue("1")
            .addValidator(NumberValidator.notNegative())
            .build();
    static final PropertyDescriptor CASE_SCORES = new PropertyDescriptor.Builder()
            .name("Case Scores")
            .description("How the scores of each case are passed on.")
            .required(true)
            .allowableValues(CaseScoresChoice.class)
            .defaultValue(CaseScoresChoice.DICE)
            .build();
    static final PropertyDescriptor SUMMARY_OF = new PropertyDescriptor.Builder()
            .name("Summary Of")
            .description("Which cases are summed up together.")
            .required(true)
            .allowableValues(SummaryChoice.class)
            .defaultValue(SummaryChoice.TRAINING)
            .build();
    static final PropertyDescriptor TRY_LARGEST_COMPONENT = new PropertyDescriptor.Builder()
            .name("Try Largest Component")
            .description("Whether the classes are also scored with only their largest connected component, and of the foreground, to find what helps: "
                    + "the summary then has a postprocessing.json that SlidingWindowPredict takes beside the model file.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();
    static final PropertyDescriptor COMPONENT_CONNECTIVITY = new PropertyDescriptor.Builder()
            .name("Component Connectivity")
            .description("Which voxels are connected.")
            .required(true)
            .allowableValues(ConnectivityChoice.class)
            .defaultValue(ConnectivityChoice.CORNERS)
            .dependsOn(TRY_LARGEST_COMPONENT, "true")
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("Segmentations as they came, with their scores as attributes")
            .build();
    static final Relationship SUMMARY = new Relationship.Builder()
            .name("summary")
            .description("Scores of all cases of a listing, in four flowfiles: JSON, CSV by case, CSV by class and a table as text; and what largest components are good for, if tried")
            .build();
    static final Relationship SCORES = new Relationship.Builder()
            .name("scores")
            .description("Scores of each case as JSON")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(REFERENCE_LABEL_FILE, LabelMappingProperty.LABEL_MAPPING, REGIONS, MEASURES,
            SURFACE_TOLERANCE, CASE_SCORES, SUMMARY_OF, TRY_LARGEST_COMPONENT, COMPONENT_CONNECTIVITY,
            WAIT_FOR_MISSING_CASES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, SUMMARY, FAILURE);
    private static final Set<Relationship> RELATIONSHIPS_WITH_SCORES = Set.of(SUCCESS, SUMMARY, SCORES, FAILURE);

    private static final String STATE = "The processor's state";
    private static final Pattern FOLD_NUMBER = Pattern.compile("[0-9]{1,4}");
    private static final Grouping FOLDS_OF_A_TRAINING = new Grouping(CaseAttributes.TRAINING_RUN, CaseAttributes.FOLD);

    private volatile boolean scoresAreContent;

    public ComputeDice() {
        this(Clock.systemUTC());
    }

    ComputeDice(final Clock clock) {
        super(clock);
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return scoresAreContent ? RELATIONSHIPS_WITH_SCORES : RELATIONSHIPS;
    }

    @Override
    public void onPropertyModified(final PropertyDescriptor descriptor, final String oldValue, final String newValue) {
        if (descriptor.equals(CASE_SCORES)) {
            scoresAreContent = CaseScoresChoice.CONTENT.getValue().equals(newValue);
        }
    }

    /** Two labels as bytes and one of them as numbers; surface distances have a number for each voxel around a structure. */
    @Override
    double neededBytes(final ProcessContext context, final CaseSummary summary) {
        final Set<Measure> measures = MeasureList.parse(context.getProperty(MEASURES).getValue());
        return (measures.contains(Measure.HAUSDORFF_95) || measures.contains(Measure.SURFACE_DICE) ? 3.0 : 1.5) * summary.floatBytes();
    }

    @Override
    String accept(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final Plan plan = PlanAttributes.require(flowFile.getAttributes());
        final LabelVolume reference = reference(context, flowFile);
        final LabelVolume prediction = prediction(session, flowFile);
        final CaseScores scores = scorer(context, plan)
                .score(ImagePaths.caseId(nameOf(flowFile)), prediction.voxels(), prediction.geometry(), reference.voxels(), reference.geometry());
        final Optional<String> tried = context.getProperty(TRY_LARGEST_COMPONENT).asBoolean()
                ? Optional.of(ComponentTrial.measure(prediction.voxels(), reference.voxels(), prediction.geometry().shape(), classes(plan), connectivity(context)))
                : Optional.empty();
        final CaseScoresChoice choice = context.getProperty(CASE_SCORES).asAllowableValue(CaseScoresChoice.class);
        if (choice == CaseScoresChoice.CONTENT) {
            sendScores(session, flowFile, scores);
        }

        final FlowFile scored = session.putAllAttributes(flowFile, ScoreAttributes.dice(scores));
        session.adjustCounter("Cases Scored", 1, false);
        session.transfer(choice == CaseScoresChoice.ATTRIBUTES ? session.putAllAttributes(scored, ScoreAttributes.all(scores)) : scored, SUCCESS);
        return new CaseRecord(scores, fold(flowFile), tried).toJson();
    }

    private static Optional<Integer> fold(final FlowFile flowFile) {
        return Optional.ofNullable(flowFile.getAttribute(CaseAttributes.FOLD)).filter(text -> FOLD_NUMBER.matcher(text).matches()).map(Integer::valueOf);
    }

    private static Connectivity connectivity(final ProcessContext context) {
        return context.getProperty(COMPONENT_CONNECTIVITY).asAllowableValue(ConnectivityChoice.class).connectivity();
    }

    private static void sendScores(final ProcessSession session, final FlowFile flowFile, final CaseScores scores) {
        final FlowFile written = session.write(session.create(flowFile), content -> content.write(scores.toJson().getBytes(StandardCharsets.UTF_8)));
        final FlowFile described = session.putAllAttributes(written, ScoreAttributes.dice(scores));
        session.transfer(session.putAllAttributes(described, Map.of("filename", scores.id() + "_scores.json", "mime.type", CaseAttributes.JSON)), SCORES);
    }

    private static CaseScorer scorer(final ProcessContext context, final Plan plan) {
        final List<ScoredClass> scored = switch (context.getProperty(REGIONS).asAllowableValue(RegionChoice.class)) {
            case CLASSES -> classes(plan);
            case BRATS -> ScoredClass.bratsRegions();
        };
        final Set<Integer> known = new HashSet<>(plan.classes().stream().map(LabelClass::value).toList());
        scored.forEach(one -> known.addAll(one.values()));
        return new CaseScorer(scored, known, MeasureList.parse(context.getProperty(MEASURES).getValue()), context.getProperty(SURFACE_TOLERANCE).asDouble());
    }

    private static List<ScoredClass> classes(final Plan plan) {
        return plan.classes().stream().filter(one -> one.value() != 0).map(one -> new ScoredClass(one.name(), one.value())).toList();
    }

    private static LabelVolume reference(final ProcessContext context, final FlowFile flowFile) throws CaseException, IOException {
        final String text = context.getProperty(REFERENCE_LABEL_FILE).evaluateAttributeExpressions(flowFile).getValue();
        final Path file = ImagePaths.parseLabel(text).orElseThrow(() -> new CaseException(FaultCategory.LABEL,
                "%s has no reference label to be scored against. Set Reference Label File, or the attribute %s.".formatted(nameOf(flowFile), CaseAttributes.LABEL_PATH)));
        if (!Files.isReadable(file)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The reference label %s is not there, or NiFi's user may not read it. Correct Reference Label File.".formatted(file));
        }

        return LabelMappingProperty.evaluate(context, flowFile).apply(LabelFile.read(file, NiftiLimits.forHeap()));
    }

    private static LabelVolume prediction(final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        try (InputStream content = session.read(flowFile)) {
            return LabelFile.read(content, nameOf(flowFile), NiftiLimits.forHeap());
        }
    }

    @Override
    Optional<Grouping> grouping(final ProcessContext context) {
        return switch (context.getProperty(SUMMARY_OF).asAllowableValue(SummaryChoice.class)) {
            case TRAINING -> Optional.of(FOLDS_OF_A_TRAINING);
            case LISTING -> Optional.empty();
        };
    }

    @Override
    void complete(final ProcessContext context, final ProcessSession session, final CaseSet set, final Optional<FlowFile> last) throws CaseException {
        final List<CaseRecord> records = new ArrayList<>();
        for (final Arrival arrival : set.present()) {
            records.add(CaseRecord.fromJson(arrival.payload(), STATE));
        }

        final List<CaseScores> scores = records.stream().map(CaseRecord::scores).toList();
        final Map<String, Integer> folds = new HashMap<>();
        records.forEach(found -> found.fold().ifPresent(fold -> folds.put(found.scores().id(), fold)));
        if (scores.isEmpty()) {
            getLogger().error("None of {} cases could be scored, so there is no summary. See the failures of the steps before.", set.expected());
            return;
        }

        final ScoreSummary summary = ScoreSummary.of(scores, folds);
        sendSummary(session, createForSet(session, set, last), set, summary, "dice.json", CaseAttributes.JSON, summary.toJson());
        sendSummary(session, createForSet(session, set, last), set, summary, "dice.csv", "text/csv", summary.toCsv());
        sendSummary(session, createForSet(session, set, last), set, summary, "dice_classes.csv", "text/csv", summary.toClassCsv());
        sendSummary(session, createForSet(session, set, last), set, summary, "dice.txt", "text/plain", summary.toTable());
        final List<String> tried = records.stream().flatMap(found -> found.tried().stream()).toList();
        if (!tried.isEmpty()) {
            final ComponentTrial trial = new ComponentTrial(classes(PlanAttributes.require(set.attributes())), connectivity(context));
            for (final String one : tried) {
                trial.add(one, STATE);
            }

            sendSummary(session, createForSet(session, set, last), set, summary, ComponentRules.FILE_NAME, CaseAttributes.JSON, trial.toJson());
        }

        getLogger().info("{} of {} cases scored, mean Dice {}", scores.size(), set.expected(), "%.4f".formatted(summary.mean()));
    }

    private static void sendSummary(final ProcessSession session, final FlowFile created, final CaseSet set, final ScoreSummary summary, final String filename,
                                    final String mediaType, final String text) {
        final FlowFile written = session.write(created, content -> content.write(text.getBytes(StandardCharsets.UTF_8)));
        final Map<String, String> attributes = ScoreAttributes.of(summary, set.missing());
        attributes.put("filename", filename);
        attributes.put("mime.type", mediaType);
        session.transfer(session.putAllAttributes(written, attributes), SUMMARY);
    }
}
