/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.training.EpochReport;

import java.util.Optional;

/**
 * How far a run has come, seen in its results folder and in NiFi's counters.
 *
 * @param prepared  cases that are ready for training
 * @param epoch     the report of the last epoch
 * @param steps     training steps that this NiFi has taken since it was started
 * @param validated cases that it has predicted to validate epochs since then
 * @param model     whether the model is there
 * @param predicted segmentations that are there
 * @param scored    whether the scores are there
 * @param failures  flowfiles that failed
 */
public record Progress(int prepared, Optional<EpochReport> epoch, long steps, long validated, boolean model, int predicted, boolean scored, int failures) {
}
