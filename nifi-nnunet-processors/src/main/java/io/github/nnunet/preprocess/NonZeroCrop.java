/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;

/** Crops a scan to the box of its foreground. */
public final class NonZeroCrop {
    private NonZeroCrop() {
    }

    public static ScanCase apply(final ScanCase scanCase, final Foreground foreground) throws CaseException {
        throw new UnsupportedOperationException();
    }
}
