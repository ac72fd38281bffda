/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

/**
 * How many batches a benchmark runs.
 *
 * @param batches all of them (--train_batches, --test_batches)
 * @param warmup  those at the beginning that are not counted (--warmup)
 */
public record BenchmarkLength(int batches, int warmup) {

    public BenchmarkLength {
        if (warmup < 0 || batches <= warmup) {
            throw new IllegalArgumentException("Of %d batches, %d of them to warm up, none is left to be timed: raise the number of batches".formatted(batches, warmup));
        }
    }

    /** @return how many batches are timed */
    public int timed() {
        return batches - warmup;
    }
}
