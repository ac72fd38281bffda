/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.SlicedCase;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A processor that turns a case into the same case one step further: the content is replaced, the attributes follow. */
abstract class AbstractCaseTransform extends AbstractCaseProcessor {
    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The case, one step further")
            .build();

    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, FAILURE);

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    final void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final CaseSummary summary = readSummary(session, flowFile);
        if (isFromAStepBefore(summary) && isDone(context, flowFile, summary)) {
            passOn(session, flowFile, summary);
        } else {
            withMemory(session, nameOf(flowFile), neededBytes(context, flowFile, summary), () -> replace(context, session, flowFile));
        }
    }

    /** A scan from elsewhere is read and written whatever is done to it, so that what leaves is sound and one of our files. */
    private static boolean isFromAStepBefore(final CaseSummary summary) {
        return !summary.history().notes().isEmpty();
    }

    /** No voxel is read: the content stays where it is. */
    private static void passOn(final ProcessSession session, final FlowFile flowFile, final CaseSummary summary) {
        session.getProvenanceReporter().modifyAttributes(flowFile, "Nothing to do");
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, session.putAllAttributes(flowFile, CaseFacts.ofGrid(summary))), SUCCESS);
    }

    private void replace(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        final long start = System.nanoTime();
        final ScanCase before = readCase(session, flowFile);
        final SlicedCase after = transform(context, flowFile, before);
        final FlowFile written = session.write(flowFile, content -> CaseFile.write(content, after));
        final FlowFile described = session.putAllAttributes(written, CaseFacts.of(after));
        final String details = "%s voxels to %s".formatted(before.shape(), after.geometry().shape());
        session.getProvenanceReporter().modifyContent(described, details, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        session.adjustCounter("Cases Done", 1, false);
        session.transfer(withoutFault(session, described), SUCCESS);
    }

    /**
     * At most twice the float32 size of the larger of input and result, see additionalDetails.md.
     *
     * @return bytes that the step takes together with its input: by default a second case of the same size
     */
    double neededBytes(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) throws CaseException {
        return 2.0 * summary.floatBytes();
    }

    /**
     * Called for cases that an earlier step has written.
     *
     * @return whether the header says that the step would leave every voxel as it is
     */
    boolean isDone(final ProcessContext context, final FlowFile flowFile, final CaseSummary summary) throws CaseException {
        return false;
    }

    /** Does the step. The case that comes in is not changed; the one that comes out is written while it is there. */
    abstract SlicedCase transform(ProcessContext context, FlowFile flowFile, ScanCase scanCase) throws CaseException;
}
