/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives a case from anywhere the plan that a model was trained with. */
@Tags({"nnunet", "medical", "imaging", "segmentation", "plan", "model", "predict", "inference", "nnU-Net"})
@CapabilityDescription("Attaches a plan to a case, taken from a model file or a plan.json, so that the steps that follow prepare the case as the model needs it.")
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SeeAlso({CropNonZero.class, Resample.class, Normalize.class, SlidingWindowPredict.class})
@Restricted(restrictions = @Restriction(requiredPermission = RequiredPermission.READ_FILESYSTEM, explanation = "Reads any file that NiFi may read."))
@ReadsAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file, by default")
@WritesAttributes({
        @WritesAttribute(attribute = PlanAttributes.JSON, description = "The whole plan, JSON; its parts follow as nnunet.plan.*"),
        @WritesAttribute(attribute = CaseAttributes.MODEL_PATH, description = "The model file, if the plan came from one; of an ensemble a JSON array"),
        @WritesAttribute(attribute = CaseAttributes.CASE_ID, description = "Name of the case, if it has none yet: the file name")
})
@UseCase(
        description = "Prepare scans as the model at hand was trained",
        keywords = {"model", "plan", "predict"},
        configuration = """
                Set "Plan File" to the model file.
                Connect "success" to CropNonZero: the steps after it read spacing, modality and patch from the attributes written here.""")
public class AttachPlan extends AbstractCaseProcessor {
    /** Not identified as a resource: NiFi would look for a file of the name of a whole list, or with wildcards. */
    static final PropertyDescriptor PLAN_FILE = new PropertyDescriptor.Builder()
            .name("Plan File")
            .description("A model file, or a plan.json as the prepared dataset has it. Several model files, in lines, separated by commas or as a JSON array, with the wildcards * and ?, "
                    + "are an ensemble, as Model File of SlidingWindowPredict takes them: the case gets the plan of the first for 3D, or else of the first.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .defaultValue("${nnunet.model.path}")
            .addValidator(StandardValidators.NON_EMPTY_EL_VALIDATOR)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The case with its plan")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(PLAN_FILE);
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
        final List<PlanFile> files = planFiles(context.getProperty(PLAN_FILE).evaluateAttributeExpressions(flowFile).getValue(), nameOf(flowFile));
        final PlanFile chosen = files.stream().filter(file -> file.plan().dimensions() == 3).findFirst().orElse(files.getFirst());
        final Map<String, String> attributes = new HashMap<>(PlanAttributes.of(chosen.plan()));
        if (files.stream().allMatch(PlanFile::isModel)) {
            attributes.put(CaseAttributes.MODEL_PATH, ModelPaths.write(files.stream().map(PlanFile::path).toList()));
        }

        if (flowFile.getAttribute(CaseAttributes.CASE_ID) == null) {
            attributes.put(CaseAttributes.CASE_ID, ImagePaths.caseId(flowFile.getAttribute("filename")));
        }

        final FlowFile planned = session.putAllAttributes(flowFile, attributes);
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, planned), SUCCESS);
    }

    private static List<PlanFile> planFiles(final String text, final String name) throws CaseException, IOException {
        final List<Path> paths = text == null ? List.of() : ModelPaths.parse(text, name);
        if (paths.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE, "No file with a plan is named for %s. Set Plan File to a model file or a plan.json.".formatted(name));
        }

        final List<PlanFile> files = new ArrayList<>();
        for (final Path path : paths) {
            files.add(PlanFile.read(path));
        }

        return files;
    }
}
