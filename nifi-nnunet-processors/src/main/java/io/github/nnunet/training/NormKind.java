/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** What normalises activations (--norm). */
public enum NormKind {
    INSTANCE,
    BATCH,
    GROUP
}
