/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Shape;

public final class ScanRestoration {
    private final OutputActivation activation;

    public ScanRestoration(final OutputActivation activation) {
        this.activation = activation;
    }

    public Segmentation restore(final float[][] logits, final Shape prepared, final CaseHistory history) throws CaseException {
        throw new UnsupportedOperationException("in the next commit " + activation.outputs());
    }

    public Segmentation restoreWithProbabilities(final float[][] logits, final Shape prepared, final CaseHistory history) throws CaseException {
        throw new UnsupportedOperationException("in the next commit");
    }
}
