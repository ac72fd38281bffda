/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

/** Why a training is over. */
public enum TrainingEnd {
    /** It is not. */
    NOT_YET,
    /** All epochs are done. */
    EPOCHS,
    /** The validation Dice has not risen for as many epochs as patience allows. */
    PATIENCE,
    /** The time allowed is used up. */
    TIME
}
