/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.processors.CaseSetLedger.CaseSet;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelMapping;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
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
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Gathers the prepared cases of a dataset on disk and starts the training. */
@Tags({"nnunet", "medical", "imaging", "dataset", "training", "fold", "cross-validation", "collect", "nnU-Net", "prepare"})
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
        @WritesAttribute(attribute = CaseAttributes.PREPARED_FOLDER, description = "On a job: the folder with the prepared cases"),
        @WritesAttribute(attribute = CaseAttributes.FOLD, description = "On a job: its fold"),
        @WritesAttribute(attribute = CaseAttributes.FOLDS_CHOSEN, description = "On a job: for how many folds there are jobs"),
        @WritesAttribute(attribute = CaseAttributes.TRAINING_RUN, description = "On a job: the same for all jobs of a listing, so that their scores can be summed up together"),
        @WritesAttribute(attribute = "mime.type", description = "On a job: application/json")
})
@UseCase(
        description = "Store prepared cases and start a training job for each fold of a cross-validation",
        keywords = {"cross-validation", "fold", "ensemble"},
        configuration = """
                Set "Prepared Folder" to a folder on fast disk.
                Set "Folds To Train" to "all", or to one or several folds.
                Connect "job" to TrainUNet, and the "failure" relationships of the steps before to this processor: then a case that failed is not waited for.""")
public class CollectDataset extends AbstractCaseSetProcessor {
    static final PropertyDescriptor PREPARED_FOLDER = new PropertyDescriptor.Builder()
            .name("Prepared Folder")
            .description("Where prepared cases are stored; made if it is not there. Each dataset and plan needs a folder of its own.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor FOLDS_TO_TRAIN = new PropertyDescriptor.Builder()
            .name("Folds To Train")
            .description("Folds, counted from 0, to give jobs for: one number, several separated by commas, or all.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("0")
            .addValidator(new LiteralValidator((property, text) -> FoldSelection.requireSelection(text)))
            .build();
    static final PropertyDescriptor ORIGINAL_LABEL_FILE = new PropertyDescriptor.Builder()
            .name("Original Label File")
            .description("The label as it was before preparation, stored beside the case as the reference stores it. Where it comes out empty, none is stored.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.label.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();

    static final Relationship JOB = new Relationship.Builder()
            .name("job")
            .description("A training job for each chosen fold, JSON, once all cases of a listing are there")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("Cases that were stored")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(PREPARED_FOLDER, FOLDS_TO_TRAIN, ORIGINAL_LABEL_FILE, LabelMappingProperty.LABEL_MAPPING, WAIT_FOR_MISSING_CASES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(JOB, ORIGINAL, FAILURE);

    /** A name that is a file name everywhere, and never a path. */
    private static final Pattern FILE_NAME = Pattern.compile("[\\p{L}\\p{N}_-][\\p{L}\\p{N}._ -]*");

    public CollectDataset() {
        this(Clock.systemUTC());
    }

    CollectDataset(final Clock clock) {
        super(clock);
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    /** The case with its label, and the label of the scan as numbers and as bytes. */
    @Override
    double neededBytes(final ProcessContext context, final CaseSummary summary) {
        return summary.floatBytes() + (Float.BYTES + 2.0) * summary.history().scan().shape().count();
    }

    @Override
    String accept(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final long start = System.nanoTime();
        final CollectedCase collected = identify(flowFile);
        final Plan plan = PlanAttributes.require(flowFile.getAttributes());
        final Path folder = Path.of(context.getProperty(PREPARED_FOLDER).evaluateAttributeExpressions(flowFile).getValue());
        final ScanCase prepared = readCase(session, flowFile);
        if (prepared.label().isEmpty()) {
            throw new CaseException(FaultCategory.LABEL, "%s has no label, and training needs one. List labelled cases only, or add the label.".formatted(nameOf(flowFile)));
        }

        final Optional<Path> labelFile = ImagePaths.parseLabel(context.getProperty(ORIGINAL_LABEL_FILE).evaluateAttributeExpressions(flowFile).getValue());
        final LabelMapping mapping = LabelMappingProperty.evaluate(context, flowFile);
        final Optional<byte[]> originalLabel = labelFile.isPresent() ? Optional.of(originalLabel(nameOf(flowFile), labelFile.get(), mapping, prepared)) : Optional.empty();
        store(new PreparedDataset(folder), plan, collected.id(), prepared, originalLabel);
        session.getProvenanceReporter().send(flowFile, folder.toUri().toString(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        session.adjustCounter("Cases Stored", 1, false);
        session.transfer(flowFile, ORIGINAL);
        return collected.toJson();
    }

    private static CollectedCase identify(final FlowFile flowFile) throws CaseException {
        final String id = flowFile.getAttribute(CaseAttributes.CASE_ID);
        final String fold = flowFile.getAttribute(CaseAttributes.CASE_FOLD);
        if (id == null || fold == null || SetPosition.of(flowFile).isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "%s has no place in a listing: it needs %s, %s and the fragment attributes. List the dataset with ListCases."
                    .formatted(nameOf(flowFile), CaseAttributes.CASE_ID, CaseAttributes.CASE_FOLD));
        }

        if (!FILE_NAME.matcher(id).matches()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The case's name \"%s\" cannot be the name of a file. Use letters, digits, dots, hyphens and underscores.".formatted(id));
        }

        try {
            return new CollectedCase(id, Integer.parseInt(fold));
        } catch (final NumberFormatException e) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The attribute %s of %s is \"%s\" and should be a number.".formatted(CaseAttributes.CASE_FOLD, id, fold), e);
        }
    }

    private static byte[] originalLabel(final String name, final Path file, final LabelMapping mapping, final ScanCase prepared) throws CaseException, IOException {
        final LabelVolume label = LabelFile.read(file, NiftiLimits.forHeap());
        final Shape scan = prepared.history().scan().shape();
        if (!label.geometry().shape().equals(scan)) {
            throw new CaseException(FaultCategory.GEOMETRY, "%s: the original label %s has %s voxels (z, y, x) and the scan had %s. Correct Original Label File."
                    .formatted(name, file.getFileName(), label.geometry().shape(), scan));
        }

        return mapping.apply(label).voxels();
    }

    private static void store(final PreparedDataset dataset, final Plan plan, final String id, final ScanCase prepared, final Optional<byte[]> originalLabel) throws CaseException {
        try {
            dataset.storePlan(plan);
            dataset.store(id, prepared, originalLabel, prepared.history().scan().shape());
        } catch (final IOException e) {
            throw StorageFault.of(dataset.folder(), e);
        }
    }

    @Override
    void complete(final ProcessContext context, final ProcessSession session, final CaseSet set, final Optional<FlowFile> last) throws CaseException {
        final List<CollectedCase> cases = set.present().stream().map(arrival -> CollectedCase.read(arrival.payload())).toList();
        final int folds = Integer.parseInt(set.attributes().getOrDefault(CaseAttributes.FOLDS, "1"));
        final String folder = context.getProperty(PREPARED_FOLDER).evaluateAttributeExpressions(set.attributes()).getValue();
        final SortedSet<Integer> chosen = FoldSelection.parse(context.getProperty(FOLDS_TO_TRAIN).evaluateAttributeExpressions(set.attributes()).getValue(), folds);
        final Map<String, String> run = Map.of(CaseAttributes.TRAINING_RUN, set.identifier(), CaseAttributes.FOLDS_CHOSEN, Integer.toString(chosen.size()));
        for (final int fold : chosen) {
            final List<String> training = cases.stream().filter(collected -> collected.fold() != fold).map(CollectedCase::id).toList();
            final List<String> validation = cases.stream().filter(collected -> collected.fold() == fold).map(CollectedCase::id).toList();
            if (training.isEmpty() || validation.isEmpty()) {
                getLogger().error("Fold {} has {} cases to train on and {} to validate on, so no training is started. See the failures of the steps before.",
                        fold, training.size(), validation.size());
            } else {
                sendJob(session, session.putAllAttributes(createForSet(session, set, last), run), new FoldJob(Path.of(folder).toAbsolutePath().toString(), fold, training, validation));
            }
        }
    }

    private void sendJob(final ProcessSession session, final FlowFile created, final FoldJob job) {
        final FlowFile written = session.write(created, content -> content.write(job.toJson()));
        final FlowFile described = session.putAllAttributes(written, Map.of(
                CaseAttributes.FOLD, Integer.toString(job.fold()),
                CaseAttributes.PREPARED_FOLDER, job.dataset(),
                "filename", "job-fold-%d.json".formatted(job.fold()),
                "mime.type", CaseAttributes.JSON));
        session.adjustCounter("Jobs", 1, false);
        session.transfer(described, JOB);
        getLogger().info("Fold {}: {} cases to train on, {} to validate on", job.fold(), job.training().size(), job.validation().size());
    }
}
