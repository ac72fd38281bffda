/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** How the learning rate changes while training goes on (--scheduler). */
public enum ScheduleKind {
    /** The learning rate stays as it is. */
    CONSTANT,
    /** A linear warm-up from 0, then half a cosine down to 0 at the end of training. */
    COSINE
}
