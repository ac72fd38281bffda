/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;

/** The volumes of a file, each read once, in their order. Both methods throw {@link CaseException} where the file is damaged or cut off. */
public interface VolumeSource {

    /** @return the next volume [z*y*x] after scaling; values may be NaN or infinite if the file has such */
    float[] floats() throws IOException, CaseException;

    /** @return whether every value that {@link #floats()} has read is a finite number */
    boolean isFinite();

    /** Reads the next volume as bytes, without an array of floats. */
    LabelVoxels labels() throws IOException, CaseException;
}
