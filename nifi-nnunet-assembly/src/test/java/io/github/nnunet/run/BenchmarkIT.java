/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PlanJson;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The template benchmark, in a real NiFi. */
@ExtendWith(SharedNifi.Provider.class)
class BenchmarkIT {
    private static final String TEMPLATE = "benchmark";
    private static final List<String> MODES = List.of("train", "predict");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path writePlan(final Path file) throws IOException {
        final List<LabelClass> classes = List.of(new LabelClass(0, "background"), new LabelClass(1, "structure"));
        final Plan plan = new Plan("90", "Small", 3, Modality.MRI, List.of("MRI"), classes, new Spacing(1, 1, 1), new Shape(16, 16, 16), Optional.empty(), false);
        return Files.writeString(file, PlanJson.write(plan));
    }

    @Test
    void trainingAndPredictionOfAPlanAreTimedAndTraced(final SharedNifi shared) throws Exception {
        final Path folder = shared.newFolder(TEMPLATE);
        final Path results = folder.resolve("results");
        try (TemplateFlow flow = shared.deploy(TEMPLATE, Map.of("Plan File", writePlan(folder.resolve("plan.json")).toString(), "Results Folder", results.toString(),
                "Batches", "6", "Warmup Batches", "2", "Filters", "8, 16, 16", "Depth", "2", "Profile", "true", "Device", "cpu"))) {
            flow.group().start();
            flow.awaitIdle(() -> MODES.stream().allMatch(mode -> Files.exists(log(results, mode)) && Files.exists(trace(results, mode))));

            assertEquals(Set.of(), flow.bulletins());
        }

        for (final String mode : MODES) {
            final JsonNode figures = lastLine(log(results, mode)).path("data");
            assertTrue(figures.path("throughput_" + mode).asDouble() > 0, figures.toString());
            assertTrue(figures.path("latency_%s_99".formatted(mode)).asDouble() >= figures.path("latency_%s_90".formatted(mode)).asDouble(), figures.toString());
            assertTrue(JSON.readTree(trace(results, mode).toFile()).path("traceEvents").size() > 0);
        }
    }

    private static Path log(final Path results, final String mode) {
        return results.resolve("benchmark-%s.json".formatted(mode));
    }

    private static Path trace(final Path results, final String mode) {
        return results.resolve("benchmark-%s.json.trace.json".formatted(mode));
    }

    private static JsonNode lastLine(final Path log) throws IOException {
        return JSON.readTree(Files.readAllLines(log).getLast().substring("DLLL ".length()));
    }

    @Test
    void aFileThatIsNoPlanIsReportedForBoth(final SharedNifi shared) throws Exception {
        final Path folder = shared.newFolder(TEMPLATE);
        final ResultsFolder reported = new ResultsFolder(folder);
        final Path file = Files.writeString(folder.resolve("plan.json"), "no plan at all");
        try (TemplateFlow flow = shared.deploy(TEMPLATE, Map.of("Plan File", file.toString(), "Results Folder", folder.toString(), "Device", "cpu"))) {
            flow.group().start();
            flow.awaitIdle(() -> reported.failures().size() == MODES.size());
        }

        for (final FailureReport report : reported.failures()) {
            assertTrue(report.error().contains("plan"), report.error());
        }
    }
}
