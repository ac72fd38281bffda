/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.benchmark;

/** What is timed. */
public enum BenchmarkMode {
    /** Steps of a training: forward, loss, gradients, update. */
    TRAIN("train"),
    /** Forward passes. */
    PREDICT("predict");

    private final String word;

    BenchmarkMode(final String word) {
        this.word = word;
    }

    /** @return what names of figures end with, such as throughput_train */
    public String word() {
        return word;
    }
}
