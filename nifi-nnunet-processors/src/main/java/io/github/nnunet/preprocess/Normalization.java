/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;

import java.util.Optional;

/** Scales the intensities of a case. */
public final class Normalization {
    private Normalization() {
    }

    public static ScanCase apply(final ScanCase scanCase, final Modality modality, final Optional<CtStatistics> statistics,
                                 final ForegroundChannel foregroundChannel) throws CaseException {
        throw new UnsupportedOperationException();
    }
}
