/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.ProcessException;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A processor that works on one flowfile at a time and never lets a bad one stop the flow: whatever is wrong with a
 * flowfile sends it to failure as it came, with the reason in its attributes.
 */
abstract class AbstractCaseProcessor extends AbstractFaultProcessor {
    @Override
    public void onTrigger(final ProcessContext context, final ProcessSession session) throws ProcessException {
        final FlowFile flowFile = session.get();
        if (flowFile != null) {
            attempt(context, session, flowFile);
        }
    }

    /** Works on the flowfile; if that cannot be done, sends it to failure. */
    final void attempt(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) {
        final Optional<CaseException> fault = faultOf(nameOf(flowFile), () -> process(context, session, flowFile));
        if (fault.isPresent()) {
            fail(session, List.of(flowFile), fault.get());
            failed(context, session, flowFile);
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
}
