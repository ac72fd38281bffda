/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

/**
 * How much memory a step may take, asked before anything is allocated.
 *
 * @param bytes the most that all arrays of a step may take together
 */
record MemoryBudget(long bytes) {
    private static final long MEBIBYTE = 1L << 20;

    /** @return nine tenths of the largest heap of this Java machine */
    static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 10 * 9);
    }

    /**
     * @param name   what people know the case by
     * @param needed bytes, as estimated from the header
     * @throws CaseException if that is more than there can be
     */
    void require(final String name, final double needed) throws CaseException {
        if (needed > bytes) {
            throw new CaseException(FaultCategory.MEMORY, "%s would need about %,.0f MiB of memory for this step and NiFi has %,d MiB. Give NiFi a larger heap (java.arg.3 in bootstrap.conf)."
                    .formatted(name, needed / MEBIBYTE, bytes / MEBIBYTE));
        }
    }
}
