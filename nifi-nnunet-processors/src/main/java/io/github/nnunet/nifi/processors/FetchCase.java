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
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelMapping;
import io.github.nnunet.volume.LabelVolume;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.util.StandardValidators;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reads the image files and the label of a listed case into one case file. */
@Tags({"nnunet", "medical", "imaging", "nifti", "fetch", "case", "modality", "radiology", "nii.gz", "MRI", "CT"})
@CapabilityDescription("Reads the image of a case, a 4D NIfTI file or one file for each modality, and its label if there is one, into the flowfile: one NIfTI file with the "
        + "channels in order and the label as the last volume.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({ListCases.class, StackModalities.class, CropNonZero.class})
@SystemResourceConsideration(resource = SystemResource.MEMORY, description = "A case is held in memory as 32-bit numbers.")
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any file that NiFi may read."))
@ReadsAttributes({
        @ReadsAttribute(attribute = CaseAttributes.IMAGE_PATHS, description = "Where the image is, by default"),
        @ReadsAttribute(attribute = CaseAttributes.LABEL_PATH, description = "Where the label is, by default"),
        @ReadsAttribute(attribute = CaseAttributes.LABEL_MAPPING, description = "How the label's values become those of the classes, by default"),
        @ReadsAttribute(attribute = PlanAttributes.JSON, description = "Names of the channels")
})
@WritesAttributes({
        @WritesAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case, if it has none yet: the image's file name"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SHAPE, description = "Voxels along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_SPACING, description = "Spacing in mm along z,y,x"),
        @WritesAttribute(attribute = CaseAttributes.CASE_CHANNELS, description = "Number of image channels"),
        @WritesAttribute(attribute = "filename", description = "Name of the case with .nii"),
        @WritesAttribute(attribute = "mime.type", description = "application/x-nifti")
})
@UseCase(
        description = "Read the image and label files of a listed case",
        keywords = {"nifti", "nii.gz", "read"},
        configuration = """
                Leave all properties at their defaults: paths come from the attributes that ListCases writes.
                Connect "success" to CropNonZero.""")
public class FetchCase extends AbstractCaseProcessor {
    static final PropertyDescriptor IMAGE_FILES = new PropertyDescriptor.Builder()
            .name("Image Files")
            .description("The image: the path of a NIfTI file, or a JSON array of paths, one for each modality in the order of the plan.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.image.paths}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();
    static final PropertyDescriptor LABEL_FILE = new PropertyDescriptor.Builder()
            .name("Label File")
            .description("The label: the path of a NIfTI file. Where it comes out empty, the case has no label.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.label.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The case as one NIfTI file")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(IMAGE_FILES, LABEL_FILE, LabelMappingProperty.LABEL_MAPPING);
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
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final List<Path> imageFiles = ImagePaths.parse(context.getProperty(IMAGE_FILES).evaluateAttributeExpressions(flowFile).getValue());
        final Optional<Path> labelFile = ImagePaths.parseLabel(context.getProperty(LABEL_FILE).evaluateAttributeExpressions(flowFile).getValue());
        withMemory(session, nameOf(flowFile), neededBytes(imageFiles, labelFile), () -> fetch(context, session, flowFile, imageFiles, labelFile));
    }

    /** The label is read as numbers first and kept as bytes. */
    private static double neededBytes(final List<Path> imageFiles, final Optional<Path> labelFile) throws CaseException, IOException {
        double bytes = 0;
        for (final Path file : imageFiles) {
            requireThere("image", file);
            bytes += CaseFile.readSummary(file).floatBytes();
        }

        if (labelFile.isPresent()) {
            requireThere("label", labelFile.get());
            bytes += 1.5 * CaseFile.readSummary(labelFile.get()).floatBytes();
        }

        return bytes;
    }

    private void fetch(final ProcessContext context, final ProcessSession session, final FlowFile flowFile, final List<Path> imageFiles, final Optional<Path> labelFile)
            throws CaseException, IOException {
        final long start = System.nanoTime();
        final String name = nameOf(flowFile);
        final Optional<Plan> plan = PlanAttributes.find(flowFile.getAttributes());
        final Optional<LabelVolume> label = labelFile.isPresent() ? Optional.of(readLabel(labelFile.get(), LabelMappingProperty.evaluate(context, flowFile))) : Optional.empty();
        final ScanCase scanCase = new CaseAssembly(name, plan).assemble(readImages(imageFiles), label);
        final FlowFile written = session.write(flowFile, content -> CaseFile.write(content, scanCase));
        final String caseId = flowFile.getAttribute(CaseAttributes.CASE_ID) == null ? ImagePaths.caseId(imageFiles.getFirst()) : flowFile.getAttribute(CaseAttributes.CASE_ID);
        final Map<String, String> attributes = new HashMap<>(CaseFacts.of(scanCase));
        attributes.put(CaseAttributes.CASE_ID, caseId);
        attributes.put("filename", caseId + ".nii");
        final FlowFile described = session.putAllAttributes(written, attributes);
        final long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        session.getProvenanceReporter().fetch(described, imageFiles.getFirst().toUri().toString(), "%d files".formatted(imageFiles.size() + (labelFile.isPresent() ? 1 : 0)), milliseconds);
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, described), SUCCESS);
    }

    private static void requireThere(final String what, final Path file) throws CaseException {
        if (!Files.isReadable(file)) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "The %s file %s is not there, or NiFi's user may not read it. Correct the path, or bring the file there.".formatted(what, file));
        }
    }

    private static LabelVolume readLabel(final Path file, final LabelMapping mapping) throws CaseException, IOException {
        requireThere("label", file);
        return mapping.apply(LabelFile.read(file, NiftiLimits.forHeap()));
    }

    private static List<ScanCase> readImages(final List<Path> imageFiles) throws CaseException, IOException {
        final List<ScanCase> images = new ArrayList<>();
        for (final Path file : imageFiles) {
            images.add(CaseFile.read(file, NiftiLimits.forHeap()));
        }

        return images;
    }
}
