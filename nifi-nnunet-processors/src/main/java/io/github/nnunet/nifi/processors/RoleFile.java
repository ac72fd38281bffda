/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.flowfile.FlowFile;

import java.util.Comparator;

/**
 * A flowfile with one image or the label of a case.
 *
 * @param caseName which case; blank if its flowfile does not say
 * @param role     what it is in the case
 */
record RoleFile(FlowFile flowFile, String caseName, String role) {
    static final Comparator<RoleFile> BY_ARRIVAL = Comparator.comparingLong(RoleFile::arrivedAt).thenComparingLong(file -> file.flowFile().getQueueDateIndex());

    /** @return when it came into the queue, in milliseconds since 1970 */
    long arrivedAt() {
        final Long queued = flowFile.getLastQueueDate();
        return queued == null ? flowFile.getEntryDate() : queued;
    }

    /** @return what people know the file by */
    String name() {
        return flowFile.getAttribute("filename");
    }
}
