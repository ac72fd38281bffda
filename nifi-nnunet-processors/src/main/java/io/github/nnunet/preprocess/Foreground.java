/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/** Which voxels of a scan count as foreground when it is cropped. */
public enum Foreground {
    /** Voxels above 0: what the reference crops to, for MRI and for CT in Hounsfield units. */
    ABOVE_ZERO,
    /** Voxels that are not 0: for scans whose values may be negative. */
    NOT_ZERO
}
