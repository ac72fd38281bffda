/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * What training minimises.
 *
 * @param focal                 Dice with focal loss in place of cross entropy (--focal)
 * @param brats                 the overlapping regions of BraTS, each with a sigmoid of its own (--brats)
 * @param backgroundInDice      whether the background counts in the Dice term
 * @param backgroundIsAnOutput  false for a network of one output that tells structure from background (--no_back_in_output)
 */
public record LossSettings(boolean focal, boolean brats, boolean backgroundInDice, boolean backgroundIsAnOutput) {

    /** @return Dice without the background, and cross entropy */
    public static LossSettings defaults() {
        return new LossSettings(false, false, false, true);
    }
}
