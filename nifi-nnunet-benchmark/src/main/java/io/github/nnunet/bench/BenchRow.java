/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A row of the table.
 *
 * @param name      such as forward/64/batch-1
 * @param task      what both sides call the work
 * @param spec      sizes and settings of the work
 * @param hasPeer   whether there is a peer in Python
 * @param rival     what else the row is measured against
 * @param tolerance how far results may be apart: floats by this share of the largest, labels in this share of the voxels
 */
record BenchRow(String name, String task, ObjectNode spec, boolean hasPeer, Rival rival, double tolerance) {
    static final int DEFAULT_HEAP = 2048;

    /** @return the largest Java heap that our side may have, MB */
    int heapMegabytes() {
        return spec.path("heap").asInt(DEFAULT_HEAP);
    }

    /** @return how many tasks a run does */
    int tasks() {
        return spec.path("tasks").asInt(1);
    }
}
