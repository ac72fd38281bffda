/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.io.OutputStreamCallback;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.MockProcessSession;
import org.apache.nifi.util.SharedSessionState;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A session whose content is in files, as that of NiFi is: the one of the mock framework keeps it in memory. */
final class FileSession extends MockProcessSession {
    private final SharedSessionState state;
    private final Path folder;
    private final Map<Long, Path> contents = new HashMap<>();

    FileSession(final SharedSessionState state, final Processor processor, final Path folder) {
        super(state, processor);
        this.state = state;
        this.folder = folder;
    }

    /** @return a flowfile in the processor's queue */
    MockFlowFile enqueue(final Path content, final Map<String, String> attributes) {
        final MockFlowFile flowFile = new MockFlowFile(state.nextFlowFileId());
        flowFile.putAttributes(attributes);
        contents.put(flowFile.getId(), content);
        state.getFlowFileQueue().offer(flowFile);
        return flowFile;
    }

    Path content(final FlowFile flowFile) {
        return contents.get(flowFile.getId());
    }

    @Override
    public InputStream read(final FlowFile flowFile) {
        try {
            return Files.newInputStream(content(flowFile));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MockFlowFile write(final FlowFile flowFile, final OutputStreamCallback writer) {
        final Path content = folder.resolve("content-%d-%d".formatted(flowFile.getId(), contents.size()));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(content))) {
            writer.process(out);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }

        contents.put(flowFile.getId(), content);
        return (MockFlowFile) flowFile;
    }
}
