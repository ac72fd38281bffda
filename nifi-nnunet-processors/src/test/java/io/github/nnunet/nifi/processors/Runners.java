/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.gpu.StandardGpuService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs processors as a flow would: what leaves one goes into the next. */
final class Runners {

    private Runners() {
    }

    /** @return what a processor with default properties makes of the flowfiles */
    static List<MockFlowFile> through(final Processor processor, final Relationship relationship, final List<MockFlowFile> flowFiles) {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        return run(runner, relationship, flowFiles);
    }

    /** @return what the runner's processor makes of the flowfiles */
    static List<MockFlowFile> run(final TestRunner runner, final Relationship relationship, final List<MockFlowFile> flowFiles) {
        flowFiles.forEach(flowFile -> enqueue(runner, flowFile));
        runner.run(flowFiles.size());
        return runner.getFlowFilesForRelationship(relationship);
    }

    /** Content and attributes go on: the flowfile itself belongs to the session it came from, as does its number. */
    static void enqueue(final TestRunner runner, final MockFlowFile flowFile) {
        runner.enqueue(flowFile.toByteArray(), flowFile.getAttributes());
    }

    /** The service is known as gpu, and its operators have a thread each. */
    static void enableGpuService(final TestRunner runner, final StandardGpuService service) throws InitializationException {
        runner.addControllerService("gpu", service);
        runner.setProperty(service, "Threads", "1");
        runner.enableControllerService(service);
    }

    /** One flowfile went to failure as it came, with a sentence. */
    static MockFlowFile assertFailed(final TestRunner runner, final String category, final byte[] content) {
        final MockFlowFile failed = assertFailed(runner, category);
        assertArrayEquals(content, failed.toByteArray());
        return failed;
    }

    static MockFlowFile assertFailed(final TestRunner runner, final String category) {
        runner.assertTransferCount(AbstractCaseProcessor.FAILURE, 1);
        final MockFlowFile failed = runner.getFlowFilesForRelationship(AbstractCaseProcessor.FAILURE).getFirst();
        assertEquals(category, failed.getAttribute(CaseAttributes.ERROR_CATEGORY), failed.getAttribute(CaseAttributes.ERROR));
        assertTrue(failed.getAttribute(CaseAttributes.ERROR).length() > 20, failed.getAttribute(CaseAttributes.ERROR));
        assertEquals(0, runner.getQueueSize().getObjectCount());
        return failed;
    }
}
