/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

/** Resamples a case to a target spacing. */
public final class Resampling {
    private Resampling() {
    }

    public static ScanCase apply(final ScanCase scanCase, final Spacing target) throws CaseException {
        throw new UnsupportedOperationException();
    }

    public static Shape newShape(final Shape shape, final Spacing spacing, final Spacing target) {
        throw new UnsupportedOperationException();
    }
}
