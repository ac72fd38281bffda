/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class TrainingJsonTest {

    @Test
    void settingsSurviveJson() throws IOException {
        final TrainingSettings settings = TrainingSettings.defaults().withSeed(7)
                .withNetwork(NetworkSettings.defaults().withFilters(List.of(16, 32)))
                .withOptimizer(new OptimizerSettings(OptimizerKind.SGD, 0.01, 0.9, 1e-5, ScheduleKind.COSINE, 10, 12));
        assertEquals(settings, TrainingSettings.fromJson(settings.toJson()));
    }

    @Test
    void missingMembersKeepTheForksDefaults() throws IOException {
        final TrainingSettings settings = TrainingSettings.fromJson("{\"optimizer\": {\"learningRate\": 0.5}}");
        assertEquals(0.5, settings.optimizer().learningRate());
        assertEquals(1e-4, settings.optimizer().weightDecay());
        assertEquals(TrainingSettings.defaults(), TrainingSettings.fromJson("{}"));
    }

    @Test
    void defaultsAreTheForks() {
        final TrainingSettings settings = TrainingSettings.defaults();
        assertEquals(100, settings.length().patience());
        assertEquals(0.4, settings.sampling().oversampling());
        assertEquals(8e-4, settings.optimizer().learningRate());
        assertEquals(5, settings.network().depth());
        assertEquals(4, settings.network().minimumFeatureMap());
        assertEquals(2, settings.network().deepSupervisionHeads());
        assertEquals(0.5, settings.validation().overlap());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "{\"colour\": 1}", "{\"optimizer\": {\"learningRate\": -1}}", "{\"validation\": {\"overlap\": 1}}", "{\"sampling\": {\"oversampling\": 1.5}}"})
    void impossibleSettingsAreRefused(final String json) {
        assertThrows(IOException.class, () -> TrainingSettings.fromJson(json));
    }

    @Test
    void jobSurvivesJson() throws IOException {
        final TrainingJob job = new TrainingJob(Path.of("/data set/ü"), Path.of("/runs/0"), 2, List.of("a", "b"), List.of("c"), TrainingSettings.defaults().withSeed(3));
        assertEquals(job, TrainingJob.fromJson(job.toJson()));
    }

    @Test
    void jobWithoutSettingsHasDefaults() throws IOException {
        final TrainingJob job = TrainingJob.fromJson("{\"dataset\": \"d\", \"runFolder\": \"r\", \"fold\": 0, \"training\": [\"a\"], \"validation\": []}");
        assertEquals(TrainingSettings.defaults(), job.settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{\"dataset\": \"d\", \"runFolder\": \"r\", \"fold\": 0, \"training\": [], \"validation\": []}"})
    void impossibleJobsAreRefused(final String json) {
        assertThrows(IOException.class, () -> TrainingJob.fromJson(json));
    }

    @Test
    void reportSurvivesJson() throws IOException {
        final EpochReport report = new EpochReport(1, 10, 104, 0.5, true, List.of(new ClassDice("Anterior", 0.8)), 0.8, true, 0.8, 1, 8e-4, 60, 5, 60, 540, TrainingEnd.NOT_YET);
        assertEquals(report, EpochReport.fromJson(report.toJson()));
    }
}
