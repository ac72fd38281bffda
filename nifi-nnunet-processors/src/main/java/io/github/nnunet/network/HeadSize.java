/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** How large the logits of a deep supervision head are when a loss gets them. */
public enum HeadSize {

    /** As large as those of the full resolution: enlarged by nearest neighbour. */
    ENLARGED,

    /** As the head computes them: along each axis a divisor of the next finer output's size. */
    OWN
}
