/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** The learning rate of each step. */
final class LearningRate {
    /** A warm-up takes a quarter of a training at most, so that short ones get anywhere. */
    private static final int LARGEST_WARMUP = 4;

    private final OptimizerSettings settings;
    private final long totalSteps;
    private final long warmup;

    /** @param totalSteps of the whole training */
    LearningRate(final OptimizerSettings settings, final long totalSteps) {
        this.settings = settings;
        this.totalSteps = totalSteps;
        this.warmup = Math.min(settings.warmupSteps(), totalSteps / LARGEST_WARMUP);
    }

    /**
     * @param step      steps done before this one
     * @param timeSpent share of the time allowed that is used up; 0 where there is no limit
     */
    double at(final long step, final double timeSpent) {
        return switch (settings.schedule()) {
            case CONSTANT -> settings.learningRate();
            case COSINE -> settings.learningRate() * Math.min(warmedUp(step), cosine(Math.max(stepsSpent(step), timeSpent)));
        };
    }

    private double warmedUp(final long step) {
        return step < warmup ? (double) step / warmup : 1;
    }

    private double stepsSpent(final long step) {
        return step < warmup ? 0 : (double) (step - warmup) / Math.max(1, totalSteps - warmup);
    }

    private static double cosine(final double spent) {
        return 0.5 * (1 + Math.cos(Math.PI * Math.clamp(spent, 0, 1)));
    }
}
