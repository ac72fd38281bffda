/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** Where predictions of validation cases are compared with labels. */
public enum ValidationGrid {
    /** On the voxels of the prepared case, with its resampled label. */
    PREPARED,
    /** On the voxels of the scan, with the label as it was before preparation (--invert_resampled_y). */
    ORIGINAL
}
