/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * The time that a training may take.
 *
 * @param seconds in all, 0 for no limit
 * @param reserve seconds of these that the last validation will need; a quarter at most is kept for it
 */
record TimeBudget(double seconds, double reserve) {
    /** A rest smaller than this share of the whole is not worth another epoch. */
    private static final double CRUMB = 0.01;
    private static final double LARGEST_RESERVE = 0.25;

    TimeBudget {
        reserve = Math.min(reserve, LARGEST_RESERVE * seconds);
    }

    /** @return the share of the time for training that is used up, 0 where there is no limit */
    double spent(final double elapsedSeconds) {
        return isLimited() ? Math.min(1, elapsedSeconds / Math.max(seconds - reserve, CRUMB * seconds)) : 0;
    }

    /** @return whether training must stop, to leave time for the last validation */
    boolean isUsedUp(final double elapsedSeconds) {
        return isLimited() && elapsedSeconds >= seconds - reserve;
    }

    /** @return whether there is no time for another epoch, however short, after a validation that comes first */
    boolean isLastEpoch(final double elapsedSeconds) {
        return isLimited() && elapsedSeconds + reserve >= seconds - reserve - CRUMB * seconds;
    }

    private boolean isLimited() {
        return seconds > 0;
    }
}
