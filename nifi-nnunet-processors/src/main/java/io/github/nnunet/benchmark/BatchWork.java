/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

import io.github.nnunet.fault.CaseException;

/** The work of one batch, again and again. */
@FunctionalInterface
public interface BatchWork {
    /** Ends when the device has done the work. */
    void run() throws CaseException, InterruptedException;
}
