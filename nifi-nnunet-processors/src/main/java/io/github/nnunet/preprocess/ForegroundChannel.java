/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

/** Whether a mask of the foreground becomes one more input channel, and where the mask comes from. */
public enum ForegroundChannel {
    /** No such channel. */
    NONE,
    /** Voxels above 0 in every channel before normalisation: what the reference documents. */
    ABOVE_ZERO,
    /** Voxels above 0 in every channel after normalisation, which is then done once more: what the reference computes. */
    ABOVE_MEAN;

    /** Name of the channel in a case. */
    public static final String CHANNEL_NAME = "foreground";
}
