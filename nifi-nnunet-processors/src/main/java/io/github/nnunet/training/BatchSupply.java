/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.util.function.ToDoubleFunction;

/** Batches of patches as a training sees them, one after the other without an end. One thread at a time. */
public interface BatchSupply extends AutoCloseable {

    /**
     * @param use what to do with the next batch, whose memory is the supply's
     * @return what the use returned
     * @throws InterruptedException if the thread is interrupted while it waits for the batch
     */
    double useNext(ToDoubleFunction<TrainingBatch> use) throws InterruptedException;

    @Override
    void close();

    /** @return normally distributed intensities and random classes, made once and given again and again: what a network costs without its data */
    static BatchSupply synthetic(final Plan plan, final TrainingSettings settings) {
        return new SyntheticBatches(plan, settings);
    }

    /**
     * @param plan with the patch
     * @return patches of the dataset's cases, drawn and varied on threads of their own while the last batch is in use
     * @throws CaseException if the dataset has no cases, or one that does not fit the plan
     */
    static BatchSupply prepared(final PreparedDataset dataset, final Plan plan, final TrainingSettings settings) throws IOException, CaseException {
        return PreparedBatches.open(dataset, plan, settings);
    }
}
