/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** What brings the activations of a layer to mean 0 and deviation 1. */
public enum Normalization {
    /** Each channel of each sample by itself. */
    INSTANCE,
    /** Each channel over the batch; predictions use running averages. */
    BATCH,
    /** Groups of channels of each sample. */
    GROUP
}
