/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.util.List;

/** The work of a row, by this software. */
interface BenchTask extends AutoCloseable {
    /** Does the work once. */
    void run() throws CaseException, IOException, InterruptedException;

    /** @return what the last run came to, in the order of the peer's arrays */
    List<ResultArray> result() throws CaseException, IOException;

    /** @return the process whose memory counts */
    default long process() {
        return ProcessHandle.current().pid();
    }

    @Override
    default void close() {
        // Most tasks hold nothing that has to be given back.
    }
}
