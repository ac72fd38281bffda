/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
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
    void process(final ProcessContext context, final ProcessSession session, final FlowFile flowFile) throws CaseException, IOException {
        throw new UnsupportedOperationException();
    }

    /** Does the step. The case that comes in is not changed. */
    abstract ScanCase transform(ProcessContext context, FlowFile flowFile, ScanCase scanCase) throws CaseException;
}
