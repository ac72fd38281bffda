/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.ProcessMemory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.LoadedModel;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.SliceTeam;
import org.apache.nifi.components.ConfigVerificationResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Loads the models of SlidingWindowPredict and predicts a patch of nothing, to say whether it works, how long it takes and what memory. */
final class PredictionVerification {
    /** A training may have the device until the end of its epoch. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_PREDICTION = Duration.ofMinutes(5);
    private static final String FIND = "Find Model";
    private static final String LOAD = "Load Model";
    private static final String PREDICT = "Predict Blank Patch";
    private static final String BUSY = "All devices were busy for %d s, as with an epoch of a training. Verify again later.".formatted(LONGEST_WAIT.toSeconds());
    private static final double NANOS = 1e9;
    private static final double MEBIBYTE = 1L << 20;
    private static final String SKIPPED = "A step before did not succeed";

    private final GpuService service;
    private final CaseSegmenter.Settings settings;
    private final Verification verification;

    PredictionVerification(final GpuService service, final CaseSegmenter.Settings settings, final Verification verification) {
        this.service = service;
        this.settings = settings;
        this.verification = verification;
    }

    /**
     * @param models     the property's value; null or empty if it comes from attributes that are not known
     * @param attributes of a case
     */
    List<ConfigVerificationResult> run(final String models, final Map<String, String> attributes) {
        if (models == null || models.isBlank()) {
            verification.skipped(FIND, "The model comes with each case. Add the attribute %s of a case, and verify again.".formatted(CaseAttributes.MODEL_PATH));
            return verification.results();
        }

        final List<Path> files = new ArrayList<>();
        if (verification.step(FIND, () -> find(models, files))) {
            tryModels(files, attributes);
        }

        return verification.results();
    }

    private static String find(final String models, final List<Path> files) throws CaseException, IOException {
        files.addAll(ModelPaths.parse(models, "Model File"));
        for (final Path file : files) {
            if (!Files.isReadable(file)) {
                throw new CaseException(FaultCategory.UNREADABLE, "The model file %s is not there, or NiFi's user may not read it. Correct Model File.".formatted(file));
            }
        }

        return files.size() == 1 ? files.getFirst().toString() : "An ensemble of %d: %s".formatted(files.size(), files);
    }

    private void tryModels(final List<Path> files, final Map<String, String> attributes) {
        final OptionalLong before = ProcessMemory.residentBytes();
        if (verification.step(LOAD, () -> load(files))) {
            verification.step(PREDICT, () -> predictBlank(files, PlanAttributes.find(attributes), before));
        } else {
            verification.skipped(PREDICT, SKIPPED);
        }
    }

    private String load(final List<Path> files) throws CaseException, IOException, InterruptedException {
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, patience(LONGEST_WAIT)).orElseThrow(() -> new CancellationException(BUSY))) {
            final long begin = System.nanoTime();
            long bytes = 0;
            for (final Path file : files) {
                try (LoadedModel model = service.model(lease, file)) {
                    bytes += Files.size(file);
                }
            }

            return "%.1f MiB on disk, loaded on %s in %.1f s".formatted(bytes / MEBIBYTE, lease.device().name(), (System.nanoTime() - begin) / NANOS);
        }
    }

    /** @return says true when it has been long enough */
    private static BooleanSupplier patience(final Duration longest) {
        final long begin = System.nanoTime();
        return () -> System.nanoTime() - begin > longest.toNanos();
    }

    /** Twice: the first time includes what libtorch does once. */
    private String predictBlank(final List<Path> files, final Optional<Plan> plan, final OptionalLong before) throws CaseException, IOException, InterruptedException {
        final ScanCase blank = blank(ModelFile.readPlan(files.getFirst()).or(() -> plan).orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                "The model %s carries no plan. Add the attribute %s of a case, and verify again.".formatted(files.getFirst(), PlanAttributes.JSON))));
        final double first = seconds(files, plan, blank);
        final double second = seconds(files, plan, blank);
        final String memory = before.isPresent() && ProcessMemory.residentBytes().isPresent()
                ? "; NiFi's process has %.0f MiB of memory, %.0f more than before".formatted(ProcessMemory.residentBytes().getAsLong() / MEBIBYTE,
                        (ProcessMemory.residentBytes().getAsLong() - before.getAsLong()) / MEBIBYTE)
                : "";
        return "One window of %s voxels (z, y, x) took %.2f s, %.2f s the first time%s".formatted(PlanAttributes.text(blank.shape()), second, first, memory);
    }

    /** @return how long it took, without the wait for a device */
    private double seconds(final List<Path> files, final Optional<Plan> plan, final ScanCase blank) throws CaseException, IOException, InterruptedException {
        final Stopwatch stopwatch = new Stopwatch();
        new CaseSegmenter(service, settings, plan, patience(LONGEST_PREDICTION), SliceTeam.SINGLE, stopwatch).segment(files, blank);
        return stopwatch.nanos / NANOS;
    }

    /** How long devices work. */
    private static final class Stopwatch implements CaseSegmenter.Watch {
        private long mark;
        private long nanos;

        @Override
        public void computes() {
            mark = System.nanoTime();
        }

        @Override
        public void predicted(final int done, final int all) {
        }

        @Override
        public void ends() {
            nanos += System.nanoTime() - mark;
        }
    }

    private static ScanCase blank(final Plan plan) {
        final List<String> names = new ArrayList<>(plan.channels());
        if (plan.foregroundChannel()) {
            names.add("foreground");
        }

        final Geometry geometry = new Geometry(plan.patch(), Orientation.aligned(plan.spacing().x(), plan.spacing().y(), plan.spacing().z()));
        return new ScanCase(names, new float[names.size()][plan.patch().voxels()], null, geometry, CaseHistory.of(geometry));
    }
}
