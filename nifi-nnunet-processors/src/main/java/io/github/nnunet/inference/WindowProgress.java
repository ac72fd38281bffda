/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

/** Hears how far a prediction is. */
@FunctionalInterface
public interface WindowProgress {

    /** A listener that does nothing. */
    WindowProgress NONE = (done, all) -> { };

    /**
     * Called in the predicting thread after each forward pass.
     *
     * @param done windows predicted so far
     * @param all  windows to predict, those of every flip counted
     */
    void predicted(int done, int all);

    /**
     * Called when the device's memory did not hold the windows of a forward pass.
     *
     * @param batch how many are tried from now on
     */
    default void reduced(final int batch) {
        // Who does not care hears nothing.
    }
}
