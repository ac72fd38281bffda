/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.util.random.RandomGenerator;

/** A random change of training patches. Any number of threads may use one at once. */
interface Augmentation {

    /** Changes the patch in place, or leaves it. */
    void apply(Patch patch, RandomGenerator random);
}
