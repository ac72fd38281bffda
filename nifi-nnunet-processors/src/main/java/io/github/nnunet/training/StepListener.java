/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** Hears of the progress within an epoch, on the thread that runs it. */
public interface StepListener {
    /** Hears nothing. */
    StepListener SILENT = new StepListener() {
        @Override
        public void trained(final int step, final int steps, final double loss) {
        }

        @Override
        public void validated(final int cases, final int allCases) {
        }
    };

    /**
     * A step of the optimiser is done.
     *
     * @param step  how many steps of this epoch are done
     * @param steps of an epoch
     * @param loss  of this step
     */
    void trained(int step, int steps, double loss);

    /**
     * A validation case is scored.
     *
     * @param cases    how many are done
     * @param allCases of this validation
     */
    void validated(int cases, int allCases);
}
