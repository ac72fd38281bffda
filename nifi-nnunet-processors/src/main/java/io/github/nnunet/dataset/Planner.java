/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;

/** Decides how a dataset is prepared and segmented. */
public final class Planner {

    private Planner() {
    }

    /**
     * The plan of the task catalogue if the task is known and the dataset agrees with it, else one after the dataset's fingerprint.
     *
     * @param task              a task number; or empty: the number in the name of the dataset's folder
     * @param dimensions        2 or 3
     * @param foregroundChannel whether the foreground mask is one more input channel
     * @throws CaseException if the dataset cannot be trained on, or a file of it is bad
     */
    public static Plan plan(final DatasetDescription dataset, final String task, final int dimensions, final boolean foregroundChannel)
            throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }
}
