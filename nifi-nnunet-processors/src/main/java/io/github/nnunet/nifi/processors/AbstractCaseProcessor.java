/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.ScanCase;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.FlowFileHandlingException;
import org.apache.nifi.processor.exception.ProcessException;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A processor that works on one flowfile at a time and never lets a bad one stop the flow: whatever is wrong with a
 * flowfile sends it to failure as it came, with the reason in its attributes.
 */
abstract class AbstractCaseProcessor extends AbstractProcessor {
    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("Flowfiles that could not be worked on, as they came, with the reason in nnunet.error and its kind in nnunet.error.category")
            .build();

    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) throws ProcessException {
        final FlowFile flowFile = session.get();
        if (flowFile != null) {
            attempt(context, session, flowFile);
        }
    }

    /** Works on the flowfile; if that cannot be done, sends it to failure. */
    final void attempt(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) {
        final Optional<CaseException> fault = faultOf(context, session, flowFile);
        if (fault.isPresent()) {
            fail(session, flowFile, fault.get());
            failed(context, session, flowFile);
        }
    }

    private Optional<CaseException> faultOf(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) {
        try {
            process(context, session, flowFile);
            return Optional.empty();
        } catch (final CaseException e) {
            return Optional.of(e);
        } catch (final ProcessException | FlowFileAccessException | FlowFileHandlingException e) {
            // The session's own trouble, such as content that is gone: NiFi rolls back and knows what to do.
            throw e;
        } catch (final IOException e) {
            return Optional.of(new CaseException(FaultCategory.UNREADABLE, "%s could not be read or written: %s".formatted(nameOf(flowFile), e), e));
        } catch (final OutOfMemoryError e) {
            return Optional.of(new CaseException(FaultCategory.MEMORY,
                    "%s needs more memory than is free. Give NiFi a larger heap, or run fewer tasks at once.".formatted(nameOf(flowFile)), e));
        } catch (final RuntimeException e) {
            // Rolling back would bring the same flowfile again and again.
            getLogger().error("{} failed for a reason that was not foreseen", nameOf(flowFile), e);
            return Optional.of(new CaseException(FaultCategory.UNSUPPORTED,
                    "%s failed for a reason that was not foreseen, please report it: %s".formatted(nameOf(flowFile), e), e));
        }
    }

    /**
     * Does the work. Whatever can fail is done before the session is changed, so that the flowfile can go to failure
     * as it came.
     */
    abstract void process(ProcessContext context, ProcessSession session, FlowFile flowFile) throws CaseException, IOException;

    /** Called after the flowfile went to failure, for those who count. */
    void failed(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) {
    }

    /** Sends the flowfile to failure with the reason. */
    private void fail(final ProcessSession session, final FlowFile flowFile, final CaseException fault) {
        final String category = fault.category().attributeValue();
        getLogger().warn("{} goes to failure ({}): {}", nameOf(flowFile), category, fault.getMessage(), fault);
        final FlowFile marked = session.putAllAttributes(flowFile, Map.of(
                CaseAttributes.ERROR, fault.getMessage(),
                CaseAttributes.ERROR_CATEGORY, category));
        session.adjustCounter("Cases Failed", 1, false);
        session.getProvenanceReporter().route(marked, FAILURE, fault.getMessage());
        session.transfer(marked, FAILURE);
    }

    /** @return the flowfile without the marks of an earlier failure: it was tried again and went well */
    static FlowFile withoutFault(final ProcessSession session, final FlowFile flowFile) {
        return session.removeAllAttributes(flowFile, Set.of(CaseAttributes.ERROR, CaseAttributes.ERROR_CATEGORY));
    }

    /** @return the case in the flowfile */
    static ScanCase readCase(final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        try (InputStream content = session.read(flowFile)) {
            return CaseFile.read(content, nameOf(flowFile), NiftiLimits.forHeap());
        }
    }

    /** @return what the header of the case in the flowfile says */
    static CaseSummary readSummary(final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        try (InputStream content = session.read(flowFile)) {
            return CaseFile.readSummary(content, nameOf(flowFile));
        }
    }

    /** @return what people know the flowfile by: the case's name, or the file's */
    static String nameOf(final FlowFile flowFile) {
        final String caseId = flowFile.getAttribute(CaseAttributes.CASE_ID);
        return caseId == null ? flowFile.getAttribute("filename") : caseId;
    }
}
