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
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.FlowFileHandlingException;
import org.apache.nifi.processor.exception.ProcessException;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A processor that never lets bad data stop the flow: the flowfiles of a case that cannot be worked on go to failure as
 * they came, with the reason in their attributes.
 */
abstract class AbstractFaultProcessor extends AbstractProcessor {
    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description("Flowfiles that could not be worked on, as they came, with the reason in nnunet.error and its kind in nnunet.error.category")
            .build();

    /** What is done with a case. Whatever can fail in it is done before the session is changed. */
    @FunctionalInterface
    interface Work {
        void run() throws CaseException, IOException;
    }

    /**
     * Does the work.
     *
     * @param name what people know the case by
     * @return what is wrong with the case, if it could not be worked on
     * @throws ProcessException if the session is in trouble, which has nothing to do with the case
     */
    final Optional<CaseException> faultOf(final String name, final Work work) {
        try {
            work.run();
            return Optional.empty();
        } catch (final CaseException e) {
            return Optional.of(e);
        } catch (final ProcessException | FlowFileAccessException | FlowFileHandlingException e) {
            // The session's own trouble, such as content that is gone: NiFi rolls back and knows what to do.
            throw e;
        } catch (final IOException e) {
            return Optional.of(new CaseException(FaultCategory.UNREADABLE, "%s could not be read or written: %s".formatted(name, e), e));
        } catch (final OutOfMemoryError e) {
            return Optional.of(new CaseException(FaultCategory.MEMORY,
                    "%s needs more memory than is free. Give NiFi a larger heap, or run fewer tasks at once.".formatted(name), e));
        } catch (final RuntimeException e) {
            // Rolling back would bring the same flowfile again and again.
            getLogger().error("{} failed for a reason that was not foreseen", name, e);
            return Optional.of(new CaseException(FaultCategory.UNSUPPORTED,
                    "%s failed for a reason that was not foreseen, please report it: %s".formatted(name, e), e));
        }
    }

    /**
     * Does the work once the memory is there that it takes. If the processor is stopped before that, the session is as it was.
     *
     * @param name   what people know the case by
     * @param needed bytes, as estimated from the header
     * @throws CaseException if there can never be as much memory, or the work cannot be done
     */
    final void withMemory(final ProcessSession session, final String name, final double needed, final Work work) throws CaseException, IOException {
        try (MemoryBudget.Reservation reservation = MemoryBudget.ofHeap().reserve(name, needed, () -> !isScheduled()).orElse(null)) {
            if (reservation == null) {
                session.rollback();
            } else {
                work.run();
            }
        } catch (final InterruptedException stopped) {
            Thread.currentThread().interrupt();
            session.rollback();
        }
    }

    /** Sends the flowfiles of a case to failure with the reason. */
    final void fail(final ProcessSession session, final List<FlowFile> flowFiles, final CaseException fault) {
        session.adjustCounter("Cases Failed", 1, false);
        reject(session, flowFiles, FAILURE, fault);
    }

    /** Sends the flowfiles of a case, as they came, where faulty ones go, with the reason. */
    final void reject(final ProcessSession session, final List<FlowFile> flowFiles, final Relationship relationship, final CaseException fault) {
        final String category = fault.category().attributeValue();
        getLogger().warn("{} goes to {} ({}): {}", nameOf(flowFiles.getFirst()), relationship.getName(), category, fault.getMessage(), fault);
        for (final FlowFile flowFile : flowFiles) {
            final FlowFile marked = session.putAllAttributes(flowFile, Map.of(
                    CaseAttributes.ERROR, fault.getMessage(),
                    CaseAttributes.ERROR_CATEGORY, category));
            session.getProvenanceReporter().route(marked, relationship, fault.getMessage());
            session.transfer(marked, relationship);
        }
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
