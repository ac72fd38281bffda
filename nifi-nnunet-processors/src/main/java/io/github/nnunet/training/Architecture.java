/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** What a network is made of. */
public enum Architecture {
    /** Convolutions only, fitted to patch and spacing. */
    UNET,
    /** A transformer over cubes of the patch, with a convolutional decoder (--unetr). */
    UNETR
}
