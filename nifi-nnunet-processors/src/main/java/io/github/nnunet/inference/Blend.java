/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

/** How overlapping windows are weighted where they meet. */
public enum Blend {
    /** The middle of a window counts most: a Gaussian with a standard deviation of an eighth of the window. */
    GAUSSIAN,
    /** Every voxel of a window counts the same. */
    CONSTANT
}
