/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/**
 * By how much the loss is multiplied before gradients are taken in half precision, so that small ones do not vanish: halved
 * when they overflow, doubled after so many steps without an overflow, as PyTorch's GradScaler does.
 *
 * @param factor    a power of two, so that dividing by it is exact
 * @param goodSteps steps since it was last changed
 */
public record LossScale(double factor, int goodSteps) {

    private static final int STEPS_BETWEEN_RISES = 2000;
    private static final double SMALLEST = 0x1p-20;

    public LossScale {
        if (!(factor > 0) || goodSteps < 0) {
            throw new IllegalArgumentException("A loss cannot be scaled by %s after %d steps".formatted(factor, goodSteps));
        }
    }

    public static LossScale initial() {
        return new LossScale(0x1p16, 0);
    }

    LossScale afterGoodStep() {
        return goodSteps + 1 == STEPS_BETWEEN_RISES ? new LossScale(2 * factor, 0) : new LossScale(factor, goodSteps + 1);
    }

    LossScale afterOverflow() {
        return new LossScale(factor / 2, 0);
    }

    /** @return whether it is so small that overflows must have another cause than the scale */
    boolean isExhausted() {
        return factor < SMALLEST;
    }
}
