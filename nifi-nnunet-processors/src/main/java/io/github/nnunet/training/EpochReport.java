/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.io.IOException;
import java.util.List;

/**
 * What an epoch came to.
 *
 * @param epoch        how many epochs are done, this one included
 * @param epochs       how many there will be at most
 * @param steps        of the optimiser in all epochs so far
 * @param loss         mean over the epoch's steps
 * @param validated    whether this epoch was scored; if not, there are no Dice values and the mean is 0
 * @param classDice    Dice of each class but the background
 * @param meanDice     their mean, 0 to 1
 * @param best         whether this is the best mean Dice so far
 * @param bestDice     the best mean Dice so far, 0 before the first validation
 * @param bestEpoch    and the epoch that reached it, 0 before the first validation
 * @param learningRate of the epoch's last step
 * @param seconds      that the epoch took, validation included
 * @param validationSeconds of those, for validation, a wait for memory included
 * @param elapsedSeconds    of all epochs so far, interruptions not counted
 * @param remainingSeconds  until the last epoch or the end of the time allowed, as far as can be told
 * @param end          why training is finished, or NOT_YET
 */
public record EpochReport(int epoch, int epochs, long steps, double loss, boolean validated, List<ClassDice> classDice, double meanDice,
                          boolean best, double bestDice, int bestEpoch, double learningRate, double seconds, double validationSeconds,
                          double elapsedSeconds, double remainingSeconds, TrainingEnd end) {

    public EpochReport {
        classDice = List.copyOf(classDice);
    }

    /** @throws IOException if it is not the JSON of a report */
    public static EpochReport fromJson(final String json) throws IOException {
        return TrainingJson.read(json, EpochReport.class);
    }

    /** @return this report as one line of JSON */
    public String toJson() {
        return TrainingJson.write(this);
    }
}
