/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

/** Names of the flowfile attributes that the processors read and write, and the media types of their content. */
public final class CaseAttributes {
    /** Name of the case, the same through the whole flow. */
    public static final String CASE_ID = "nnunet.case.id";
    /** The fold, counted from 0, in whose validation set the case is. */
    public static final String CASE_FOLD = "nnunet.case.fold";
    /** Voxels along z,y,x. */
    public static final String CASE_SHAPE = "nnunet.case.shape";
    /** Voxel spacing in mm along z,y,x. */
    public static final String CASE_SPACING = "nnunet.case.spacing";
    /** Number of image channels, the label not counted. */
    public static final String CASE_CHANNELS = "nnunet.case.channels";

    /** Image files of a listed case: one path, or a JSON array of paths where there is a file per modality. */
    public static final String IMAGE_PATHS = "nnunet.image.paths";
    /** Label file of a listed case; absent where there is none. */
    public static final String LABEL_PATH = "nnunet.label.path";
    /** How values in the label file become those of the classes, such as 4:3; absent where they are the same. */
    public static final String LABEL_MAPPING = "nnunet.label.mapping";

    /** What is wrong with the flowfile and what to do, in a sentence. */
    public static final String ERROR = "nnunet.error";
    /** One of unreadable, geometry, label, unsupported, memory, engine. */
    public static final String ERROR_CATEGORY = "nnunet.error.category";

    /** The fold, counted from 0, that a training job or a model belongs to. */
    public static final String FOLD = "nnunet.fold";
    /** How many folds the dataset is divided into. */
    public static final String FOLDS = "nnunet.folds";
    /** How many of the folds were chosen to be trained. */
    public static final String FOLDS_CHOSEN = "nnunet.folds.chosen";
    /** On a summary: of how many folds it has cases. */
    public static final String FOLDS_SCORED = "nnunet.folds.scored";
    /** The same on the jobs of all folds of a dataset, on their models, and on the cases that these predict. */
    public static final String TRAINING_RUN = "nnunet.training.run";

    /** Absolute path of the folder with the prepared cases of a training job. */
    public static final String PREPARED_FOLDER = "nnunet.prepared.folder";
    /** Absolute path of a model file. */
    public static final String MODEL_PATH = "nnunet.model.path";
    /** SHA-256 of a model file. */
    public static final String MODEL_DIGEST = "nnunet.model.digest";
    /** Absolute path of the folder with a training run's checkpoints and logs. */
    public static final String RUN_FOLDER = "nnunet.run.folder";

    /** Epochs done so far; a job that carries it has begun. */
    public static final String TRAINING_EPOCH = "nnunet.training.epoch";
    /** Epochs asked for. */
    public static final String TRAINING_EPOCHS = "nnunet.training.epochs";
    /** Mean training loss of the last epoch. */
    public static final String TRAINING_LOSS = "nnunet.training.loss";
    /** Mean validation Dice, 0 to 1, at the last validation. */
    public static final String TRAINING_DICE = "nnunet.training.dice";
    /** Best mean validation Dice so far, 0 to 1. */
    public static final String TRAINING_BEST_DICE = "nnunet.training.dice.best";
    /** How many weights were taken over from the initial model, in a sentence. */
    public static final String TRAINING_TRANSFER = "nnunet.training.transfer";
    /** Patches trained a second in the last epoch. */
    public static final String TRAINING_PATCHES_PER_SECOND = "nnunet.training.patches.per.second";
    /** Seconds left if the remaining epochs take as long as the last ones. */
    public static final String TRAINING_SECONDS_LEFT = "nnunet.training.seconds.left";

    /** Seconds that the device worked on a case. */
    public static final String PREDICTION_SECONDS = "nnunet.prediction.seconds";
    /** Seconds that a case waited for a device. */
    public static final String PREDICTION_WAIT = "nnunet.prediction.wait.seconds";
    /** Windows predicted of a case, those of every flip and model counted. */
    public static final String PREDICTION_WINDOWS = "nnunet.prediction.windows";
    /** What a result is: segmentation, probabilities or preview. */
    public static final String RESULT = "nnunet.result";
    /** Mean Dice over the classes without the background, 0 to 1. */
    public static final String DICE_MEAN = "nnunet.dice.mean";
    /** Followed by a class name: that class's Dice, 0 to 1. */
    public static final String DICE_PREFIX = "nnunet.dice.";

    /** Followed by a measure, a dot and a class name: that measure of that class. */
    public static final String SCORE_PREFIX = "nnunet.score.";
    /** All scores of the case, JSON. */
    public static final String SCORES = "nnunet.scores";

    /** What a benchmark timed: train or predict. */
    public static final String BENCHMARK_MODE = "nnunet.benchmark.mode";
    /** Images a second. */
    public static final String BENCHMARK_THROUGHPUT = "nnunet.benchmark.throughput";
    /** Mean time of a batch, milliseconds. */
    public static final String BENCHMARK_LATENCY_MEAN = "nnunet.benchmark.latency.mean";
    /** Percentiles of a batch's time, milliseconds. */
    public static final String BENCHMARK_LATENCY_90 = "nnunet.benchmark.latency.90";
    public static final String BENCHMARK_LATENCY_95 = "nnunet.benchmark.latency.95";
    public static final String BENCHMARK_LATENCY_99 = "nnunet.benchmark.latency.99";

    /** On a summary: how many cases were scored. */
    public static final String CASES_SCORED = "nnunet.cases.scored";
    /** On a summary: how many cases failed or did not come, and are not in the means. */
    public static final String CASES_MISSING = "nnunet.cases.missing";

    /** Standard attribute: which set of flowfiles this one belongs to. */
    public static final String FRAGMENT_IDENTIFIER = "fragment.identifier";
    /** Standard attribute: position in the set, counted from 0. */
    public static final String FRAGMENT_INDEX = "fragment.index";
    /** Standard attribute: size of the set. */
    public static final String FRAGMENT_COUNT = "fragment.count";

    public static final String NIFTI = "application/x-nifti";
    public static final String NIFTI_GZIP = "application/x-nifti+gzip";
    public static final String NUMPY = "application/x-npy";
    public static final String JSON = "application/json";
    public static final String MODEL = "application/x-torchscript";

    private CaseAttributes() {
    }
}
