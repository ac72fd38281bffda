/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.processors.StackTask.GiveUp;
import io.github.nnunet.nifi.processors.StackTask.Stack;
import io.github.nnunet.nifi.processors.StackTask.TurnAway;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Stacks the flowfiles of a case, one for each modality and one for the label, into one case.
 *
 * <p>Files that wait stay in the queue, and every trigger looks at the queue anew. NiFi's own BinFiles was not taken: it
 * closes a bin by the number of flowfiles and not by what they are, so a second file of one role takes the place of
 * one that is missing; and it takes waiting files out of the queue into sessions that stay open, where an operator does
 * not see them.
 */
@Tags({"nnunet", "medical", "imaging", "nifti", "brats", "modality", "stack", "merge", "bin"})
@CapabilityDescription("Stacks flowfiles of one case, a 3D NIfTI file for each modality and one for the label, into one case file. They may come from anywhere and in any order.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({FetchCase.class, CropNonZero.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers. Files that wait are not.")
@UseCase(
        description = "Prepare BraTS cases, whose four modalities and label are files of their own, for training",
        keywords = {"brats", "brain", "tumour", "glioma"},
        notes = "The files are named as BraTS names them: BraTS2021_00000_flair.nii.gz, and so on with _t1, _t1ce, _t2 and _seg.",
        configuration = """
                Leave Case Name, Role, Modalities and Label Role as they are.
                Set Label Mapping to 4:3, because BraTS has no class 3, and the reference calls the enhancing tumour 3.
                Connect timeout and failure to where someone looks; the original relationship can be auto-terminated.
                """)
@UseCase(
        description = "Stack modalities without a label, for prediction",
        keywords = {"brats", "prediction", "inference"},
        configuration = """
                Set Label Role to the empty string.
                Set Modalities to the channels of the model in their order, by the names that the files carry.
                Set Role and Case Name if the files are not named CASE_MODALITY.nii.gz.
                """)
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case, by default"),
        @ReadsAttribute(attribute = "filename", description = "By default: what follows the last underscore is the role, and what is before it the case if there is no other name"),
        @ReadsAttribute(attribute = CaseAttributes.LABEL_MAPPING, description = "On the label's flowfile, if Label Mapping says so"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "Names of the channels, if all files of a case carry the same plan")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = CaseAttributes.ERROR, description = "On timeout and failure: what is wrong and what to do"),
        @WritesAttribute(attribute = CaseAttributes.ERROR_CATEGORY, description = "On timeout and failure: the kind of fault"),
        @WritesAttribute(attribute = "filename", description = "Name of the case with .nii"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
public class StackModalities extends AbstractFaultProcessor {
    static final PropertyDescriptor CASE_NAME = new PropertyDescriptor.Builder()
            .name("Case Name")
            .description("Which case a flowfile belongs to: those of the same name are stacked. By default the attribute nnunet.case.id, or else the file's name up to its last underscore.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.case.id:replaceEmpty(${filename:substringBeforeLast('_')})}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor ROLE = new PropertyDescriptor.Builder()
            .name("Role")
            .description("What a flowfile is in its case: one of the modalities, or the label. By default what is between the last underscore of the file's name and the next dot. "
                    + "Capitals do not matter.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${filename:substringAfterLast('_'):substringBefore('.')}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor MODALITIES = new PropertyDescriptor.Builder()
            .name("Modalities")
            .description("The roles of the images in the order of the channels, separated by commas. A case is complete when there is a flowfile for each, and for the label.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.NONE)
            .defaultValue("flair,t1,t1ce,t2")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();
    static final PropertyDescriptor LABEL_ROLE = new PropertyDescriptor.Builder()
            .name("Label Role")
            .description("The role of the label. With the empty string, cases have no label.")
            .expressionLanguageSupported(ExpressionLanguageScope.NONE)
            .defaultValue("seg")
            .addValidator(Validator.VALID)
            .build();
    static final PropertyDescriptor WAIT_FOR_MISSING_FILES = new PropertyDescriptor.Builder()
            .name("Wait For Missing Files")
            .description("How long a case waits for its missing files after the last one came, or after the processor was started. "
                    + "Then those that are there go to timeout, and the reason names what is missing.")
            .required(true)
            .defaultValue("10 minutes")
            .expressionLanguageSupported(ExpressionLanguageScope.NONE)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The case as one NIfTI file, with the attributes that all its flowfiles shared")
            .build();
    static final Relationship ORIGINAL = new Relationship.Builder()
            .name("original")
            .description("The flowfiles that were stacked, as they came")
            .build();
    static final Relationship TIMEOUT = new Relationship.Builder()
            .name("timeout")
            .description("Flowfiles of a case whose other files did not come in time, as they came; nnunet.error names the missing roles")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(CASE_NAME, ROLE, MODALITIES, LABEL_ROLE, LabelMappingProperty.NO_MAPPING, WAIT_FOR_MISSING_FILES);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, ORIGINAL, TIMEOUT, FAILURE);

    private final Clock clock;
    private volatile Instant started = Instant.EPOCH;

    public StackModalities() {
        this(Clock.systemUTC());
    }

    StackModalities(final Clock clock) {
        this.clock = clock;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(final ValidationContext context) {
        final Optional<String> fault = roles(context).fault();
        return fault.stream().map(reason -> new ValidationResult.Builder().subject("Modalities and Label Role").valid(false).explanation(reason).build()).toList();
    }

    private static StackRoles roles(final PropertyContext context) {
        return StackRoles.parse(context.getProperty(MODALITIES).getValue(), context.getProperty(LABEL_ROLE).getValue());
    }

    /** Nothing could come while nothing ran: no case gives up for that time. */
    @OnScheduled
    public void beginToWait() {
        started = clock.instant();
    }

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) {
        final Duration wait = Duration.ofMillis(context.getProperty(WAIT_FOR_MISSING_FILES).asTimePeriod(TimeUnit.MILLISECONDS));
        final Optional<StackTask> task = new WaitingFiles(roles(context), look(context, session)).next(clock.instant(), started, wait);
        if (task.isEmpty()) {
            context.yield();
        } else if (take(session, task.get())) {
            perform(context, session, task.get());
        } else {
            // Another task took them between the look and the grasp.
            session.rollback();
        }
    }

    /** @return what is in the queue, which stays there */
    private static List<RoleFile> look(final ProcessContext context, final ProcessSession session) {
        final List<FlowFile> queued = new ArrayList<>();
        session.get(flowFile -> {
            queued.add(flowFile);
            return FlowFileFilterResult.REJECT_AND_CONTINUE;
        });
        return queued.stream().map(flowFile -> describe(context, flowFile)).toList();
    }

    private static RoleFile describe(final ProcessContext context, final FlowFile flowFile) {
        final String caseName = context.getProperty(CASE_NAME).evaluateAttributeExpressions(flowFile).getValue();
        final String role = context.getProperty(ROLE).evaluateAttributeExpressions(flowFile).getValue();
        return new RoleFile(flowFile, caseName.strip(), StackRoles.normalized(role));
    }

    /** @return whether all files of the task now belong to the session */
    private static boolean take(final ProcessSession session, final StackTask task) {
        final Set<Long> wanted = task.files().stream().map(file -> file.flowFile().getId()).collect(Collectors.toSet());
        final List<FlowFile> taken = session.get(flowFile -> wanted.contains(flowFile.getId()) ? FlowFileFilterResult.ACCEPT_AND_CONTINUE : FlowFileFilterResult.REJECT_AND_CONTINUE);
        return taken.size() == wanted.size();
    }

    private void perform(final ProcessContext context, final ProcessSession session, final StackTask task) {
        final List<FlowFile> flowFiles = task.files().stream().map(RoleFile::flowFile).toList();
        switch (task) {
            case Stack stack -> faultOf(stack.caseName(), () -> withMemory(session, stack.caseName(), neededBytes(session, stack), () -> stack(context, session, stack))).ifPresent(fault -> fail(session, flowFiles, fault));
            case GiveUp giveUp -> reject(session, flowFiles, TIMEOUT, missing(giveUp));
            case TurnAway turnAway -> fail(session, flowFiles, new CaseException(FaultCategory.UNSUPPORTED, turnAway.reason()));
        }
    }

    /** The label is read as numbers first and kept as bytes. */
    private static double neededBytes(final ProcessSession session, final Stack stack) throws CaseException, IOException {
        double bytes = 0;
        for (final RoleFile file : stack.files()) {
            try (InputStream content = session.read(file.flowFile())) {
                bytes += (stack.labels().contains(file) ? 1.5 : 1.0) * CaseFile.readSummary(content, file.name()).floatBytes();
            }
        }

        return bytes;
    }

    private static CaseException missing(final GiveUp giveUp) {
        return new CaseException(FaultCategory.UNREADABLE,
                "Case %s has no %s: nothing of that role came in time. Bring what is missing together with these files once more, or correct Case Name or Role."
                        .formatted(giveUp.caseName(), String.join(", ", giveUp.missing())));
    }

    private static void stack(final ProcessContext context, final ProcessSession session, final Stack stack) throws CaseException, IOException {
        final long start = System.nanoTime();
        final List<ScanCase> images = new ArrayList<>();
        for (final RoleFile file : stack.images()) {
            images.add(readImage(session, file));
        }

        final Optional<LabelVolume> label = stack.labels().isEmpty() ? Optional.empty() : Optional.of(readLabel(context, session, stack.labels().getFirst()));
        final ScanCase scanCase = new CaseAssembly(stack.caseName(), sharedPlan(stack)).assemble(images, label);
        send(session, stack, scanCase, start);
    }

    private static ScanCase readImage(final ProcessSession session, final RoleFile file) throws CaseException, IOException {
        try (InputStream content = session.read(file.flowFile())) {
            final ScanCase image = CaseFile.read(content, file.name(), NiftiLimits.forHeap());
            if (image.channels().length != 1 || image.label().isPresent()) {
                throw new CaseException(FaultCategory.UNSUPPORTED,
                        "%s has several volumes, and the %s of case %s is to be one 3D image. Split it, or leave StackModalities out for files that are stacked already."
                                .formatted(file.name(), file.role(), file.caseName()));
            }

            return new ScanCase(List.of(file.role()), image.channels(), null, image.geometry(), image.history());
        }
    }

    private static LabelVolume readLabel(final ProcessContext context, final ProcessSession session, final RoleFile file) throws CaseException, IOException {
        try (InputStream content = session.read(file.flowFile())) {
            return LabelMappingProperty.evaluate(context, file.flowFile()).apply(LabelFile.read(content, file.name(), NiftiLimits.forHeap()));
        }
    }

    private static Optional<Plan> sharedPlan(final Stack stack) throws CaseException {
        final List<String> plans = stack.files().stream().map(file -> file.flowFile().getAttribute(PlanAttributes.JSON)).distinct().toList();
        return plans.size() == 1 ? PlanAttributes.find(stack.images().getFirst().flowFile().getAttributes()) : Optional.empty();
    }

    private static void send(final ProcessSession session, final Stack stack, final ScanCase scanCase, final long start) {
        final List<FlowFile> originals = stack.files().stream().map(RoleFile::flowFile).toList();
        final FlowFile created = session.create(originals);
        final FlowFile written = session.write(created, content -> CaseFile.write(content, scanCase));
        final Map<String, String> attributes = new HashMap<>(CaseFacts.of(scanCase));
        attributes.put(CaseAttributes.CASE_ID, stack.caseName());
        attributes.put("filename", stack.caseName() + ".nii");
        final FlowFile described = withoutFault(session, session.putAllAttributes(written, attributes));
        final String roles = stack.files().stream().map(RoleFile::role).collect(Collectors.joining(", "));
        session.getProvenanceReporter().join(originals, described, roles, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(described, SUCCESS);
        originals.forEach(original -> session.transfer(withoutFault(session, original), ORIGINAL));
    }
}
