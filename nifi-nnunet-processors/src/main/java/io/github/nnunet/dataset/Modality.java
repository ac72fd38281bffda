/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

/** What the intensities of a scan mean, which decides how they are normalised. */
public enum Modality {
    /** Arbitrary units: each channel is scaled by its own mean and deviation. */
    MRI,
    /** Hounsfield units: clipped and scaled by statistics of the whole dataset. */
    CT
}
