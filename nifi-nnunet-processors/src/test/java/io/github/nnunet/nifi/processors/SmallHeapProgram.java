/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifi.CaseAttributes;

import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.SharedSessionState;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does steps of preparation one after the other, each with what the one before it made. The arguments are a folder with case_t1.nii,
 * case_t2.nii, case_seg.nii and case.nii, and the names of the steps. Prints what each step came to.
 */
final class SmallHeapProgram {
    private static final String SPACING = "1.01,1.01,1.01";
    private static final String PATCH = "32,32,32";

    private final Path folder;
    private Path content;

    private SmallHeapProgram(final Path folder) {
        this.folder = folder;
        content = folder.resolve("case.nii");
    }

    public static void main(final String[] arguments) throws IOException {
        final SmallHeapProgram program = new SmallHeapProgram(Path.of(arguments[0]));
        for (final String step : List.of(arguments).subList(1, arguments.length)) {
            System.out.println(step + ": " + program.run(step));
        }
    }

    private String run(final String step) throws IOException {
        try {
            switch (step) {
                case "StackModalities" -> stack();
                case "FetchCase" -> transform(new FetchCase(), Map.of(FetchCase.IMAGE_FILES, "[\"%s\", \"%s\"]".formatted(file("t1"), file("t2")), FetchCase.LABEL_FILE, file("seg").toString()));
                case "CropNonZero" -> transform(new CropNonZero(), Map.of());
                case "Resample" -> transform(new Resample(), Map.of(Resample.TARGET_SPACING, SPACING));
                case "Normalize" -> transform(new Normalize(), Map.of(Normalize.SCHEME, SchemeChoice.MRI.getValue(), Normalize.FOREGROUND_CHANNEL, ForegroundChannelChoice.NONE.getValue()));
                case "Foreground" -> transform(new Normalize(), Map.of(Normalize.SCHEME, SchemeChoice.MRI.getValue(), Normalize.FOREGROUND_CHANNEL, ForegroundChannelChoice.ADD.getValue(),
                        Normalize.FOREGROUND_DEFINITION, ForegroundDefinitionChoice.ABOVE_MEAN.getValue()));
                case "PadToPatch" -> transform(new PadToPatch(), Map.of(PadToPatch.PATCH_SIZE, PATCH, PadToPatch.DIMENSIONS, "3"));
                default -> throw new IllegalArgumentException(step);
            }

            return "done";
        } catch (final CaseException refused) {
            return refused.category() + " " + refused.getMessage();
        }
    }

    private Path file(final String role) {
        return folder.resolve("case_%s.nii".formatted(role));
    }

    private void transform(final AbstractCaseProcessor processor, final Map<PropertyDescriptor, String> properties) throws CaseException, IOException {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        properties.forEach(runner::setProperty);
        final FileSession session = new FileSession(new SharedSessionState(processor, new AtomicLong()), processor, folder);
        final MockFlowFile flowFile = session.enqueue(content, Map.of(CaseAttributes.CASE_ID, "case", "filename", "case.nii"));
        session.get();
        processor.process(runner.getProcessContext(), session, flowFile);
        content = session.content(sent(session, AbstractCaseTransform.SUCCESS));
    }

    private static MockFlowFile sent(final FileSession session, final Relationship relationship) {
        return session.getFlowFilesForRelationship(relationship.getName()).getFirst();
    }

    private void stack() {
        final StackModalities processor = new StackModalities();
        final TestRunner runner = TestRunners.newTestRunner(processor);
        runner.setProperty(StackModalities.MODALITIES, "t1,t2");
        final FileSession session = new FileSession(new SharedSessionState(processor, new AtomicLong()), processor, folder);
        for (final String role : List.of("t1", "t2", "seg")) {
            session.enqueue(file(role), new HashMap<>(Map.of("filename", file(role).getFileName().toString())));
        }

        final ProcessContext context = runner.getProcessContext();
        processor.onTrigger(context, session);
        content = session.content(sent(session, StackModalities.SUCCESS));
    }
}
