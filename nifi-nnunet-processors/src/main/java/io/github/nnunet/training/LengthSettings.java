/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/**
 * When training ends: at the first of these.
 *
 * @param epochs         so many epochs are done (--epochs, --max_epochs)
 * @param minimumEpochs  before these, patience does not end training (--min_epochs)
 * @param patience       epochs without a better mean validation Dice (--patience); 0 never ends it
 * @param maximumMinutes of training and validation, over all interruptions; 0 for no limit. A learning-rate schedule comes to
 *                       its end at this time if that is before the last epoch.
 */
public record LengthSettings(int epochs, int minimumEpochs, int patience, double maximumMinutes) {

    public LengthSettings {
        Requirement.positive("number of epochs", epochs);
        Requirement.notNegative("least number of epochs", minimumEpochs);
        Requirement.notNegative("patience", patience);
        Requirement.notNegative("minutes", maximumMinutes);
    }

    /** @return the fork's defaults */
    public static LengthSettings defaults() {
        return new LengthSettings(1000, 30, 100, 0);
    }
}
