/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

/** What a device is wanted for: decides who goes first when several wait. */
public enum WorkKind {
    /** A scan is waiting for its segmentation: goes before every training epoch that has not begun. */
    PREDICTION,
    /** An epoch of training. */
    TRAINING
}
