/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.Blend;
import io.github.nnunet.inference.CasePredictor;
import io.github.nnunet.inference.EnsembleRestoration;
import io.github.nnunet.inference.Logits;
import io.github.nnunet.inference.ModelOutputs;
import io.github.nnunet.inference.OutputActivation;
import io.github.nnunet.inference.ScanRestoration;
import io.github.nnunet.inference.Segmentation;
import io.github.nnunet.inference.WindowProgress;
import io.github.nnunet.inference.WindowSettings;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.nifi.gpu.DeviceLease;
import io.github.nnunet.nifi.gpu.GpuService;
import io.github.nnunet.nifi.gpu.LoadedModel;
import io.github.nnunet.nifi.gpu.WorkKind;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Segments a prepared case with one model, or with several whose probabilities are averaged. A device is held for as long as
 * a network computes; what is done to its logits afterwards does not keep others from the device.
 */
final class CaseSegmenter {
    private final GpuService service;
    private final Settings settings;
    private final Optional<Plan> planOfCase;
    private final BooleanSupplier cancelled;
    private final SliceTeam team;
    private final Watch watch;

    /**
     * @param planOfCase for models that carry none
     * @param team       puts results back into the scan's grid
     * @param watch      hears how each model comes on
     */
    CaseSegmenter(final GpuService service, final Settings settings, final Optional<Plan> planOfCase, final BooleanSupplier cancelled, final SliceTeam team, final Watch watch) {
        this.service = service;
        this.settings = settings;
        this.planOfCase = planOfCase;
        this.cancelled = cancelled;
        this.team = team;
        this.watch = watch;
    }

    /** Hears of each model: that a device is waited for, that it is there, the windows, and that the device is given back. */
    @FunctionalInterface
    interface Watch extends WindowProgress {
        default void waits() {
        }

        default void computes() {
        }

        default void ends() {
        }
    }

    /**
     * How cases are predicted.
     *
     * @param probabilities whether they are wanted beside the label
     */
    record Settings(double overlap, Blend blend, int batch, boolean testTimeAugmentation, OutputChoice outputs, boolean probabilities) {
    }

    /** A model that took part. */
    record Member(Path file, String digest, Plan plan, OutputActivation outputs, Optional<String> trainingJson) {
    }

    /** @param members the models, the first one's plan and outputs stand for all */
    record Result(Segmentation segmentation, List<Member> members) {

        Member first() {
            return members.getFirst();
        }
    }

    /** @param logits on the grid of the prepared case */
    private record Prediction(Member member, Logits logits) {
    }

    /**
     * @param files at least one
     * @throws CaseException         if a file is not a model, does not fit the case, or the models do not go together
     * @throws CancellationException once cancelled
     * @throws InterruptedException  if the thread is interrupted while it waits for a device
     */
    Result segment(final List<Path> files, final ScanCase prepared) throws CaseException, IOException, InterruptedException {
        return files.size() == 1 ? segmentAlone(files.getFirst(), prepared) : segmentTogether(files, prepared);
    }

    private Result segmentAlone(final Path file, final ScanCase prepared) throws CaseException, IOException, InterruptedException {
        final Prediction prediction = predict(file, prepared);
        final ScanRestoration restoration = new ScanRestoration(prediction.member().outputs(), team);
        final Segmentation segmentation = settings.probabilities()
                ? restoration.restoreWithProbabilities(prediction.logits(), prepared.shape(), prepared.history())
                : restoration.restore(prediction.logits(), prepared.shape(), prepared.history());
        return new Result(segmentation, List.of(prediction.member()));
    }

    /** One model after the other: the logits of one are gone before the next begins. */
    private Result segmentTogether(final List<Path> files, final ScanCase prepared) throws CaseException, IOException, InterruptedException {
        requireAgreement(files);
        final List<Member> members = new ArrayList<>();
        final EnsembleRestoration ensemble = begin(files.getFirst(), prepared, members);
        for (final Path file : files.subList(1, files.size())) {
            final Prediction prediction = predict(file, prepared);
            requireSameOutputs(members.getFirst(), prediction.member());
            ensemble.add(prediction.logits());
            members.add(prediction.member());
        }

        return new Result(ensemble.segmentation(settings.probabilities()), List.copyOf(members));
    }

    /** Before anything is predicted: the files say enough. */
    private void requireAgreement(final List<Path> files) throws CaseException, IOException {
        final EnsembleAgreement agreement = new EnsembleAgreement(files.getFirst(), plan(files.getFirst(), readPlan(files.getFirst())));
        for (final Path file : files.subList(1, files.size())) {
            agreement.require(file, plan(file, readPlan(file)));
        }
    }

    private static Optional<Plan> readPlan(final Path file) throws CaseException, IOException {
        try {
            return ModelFile.readPlan(file);
        } catch (final IOException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "The model file %s is not there, or NiFi's user may not read it. Correct Model File.".formatted(file), e);
        }
    }

    /** The model's own plan counts; one from elsewhere comes with the case. */
    private Plan plan(final Path file, final Optional<Plan> ofModel) throws CaseException {
        return ofModel.or(() -> planOfCase).orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                "The model %s carries no plan, and neither does the case. Put AttachPlan before, with the plan that the model was trained with.".formatted(file)));
    }

    private EnsembleRestoration begin(final Path file, final ScanCase prepared, final List<Member> members)
            throws CaseException, IOException, InterruptedException {
        final Prediction prediction = predict(file, prepared);
        final EnsembleRestoration ensemble = new ScanRestoration(prediction.member().outputs(), team).ensemble(prepared.shape(), prepared.history());
        ensemble.add(prediction.logits());
        members.add(prediction.member());
        return ensemble;
    }

    private static void requireSameOutputs(final Member first, final Member other) throws CaseException {
        if (first.outputs().getClass() != other.outputs().getClass() || first.outputs().outputs() != other.outputs().outputs()) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The models %s and %s cannot be averaged, as one gives classes and the other regions: name only models that were trained alike"
                    .formatted(first.file(), other.file()));
        }
    }

    private Prediction predict(final Path file, final ScanCase prepared) throws CaseException, IOException, InterruptedException {
        watch.waits();
        try (DeviceLease lease = service.lease(WorkKind.PREDICTION, cancelled).orElseThrow(() -> new CancellationException("The wait for a device was cancelled"));
                LoadedModel model = service.model(lease, file)) {
            watch.computes();
            final Plan plan = plan(file, model.plan());
            final String name = file.getFileName().toString();
            final int outputs = model.network().outputChannels();
            final OutputActivation activation = switch (settings.outputs()) {
                case MODEL -> ModelOutputs.of(name, outputs, plan, model.trainingJson().orElse(""));
                case CLASSES -> ModelOutputs.classes(name, outputs, plan);
                case BRATS -> ModelOutputs.bratsRegions(name, outputs);
            };
            final CasePredictor predictor = new CasePredictor(service.engine());
            final WindowSettings windows = windows(plan, model.network());
            final Logits logits = lease.perform(() -> predictor.logits(model.network(), prepared, windows, cancelled, watch));
            watch.ends();
            return new Prediction(new Member(file, model.digest(), plan, activation, model.trainingJson()), logits);
        }
    }

    /** A 2D network sees slice after slice, whatever the case was prepared for. */
    private WindowSettings windows(final Plan plan, final SegmentationNetwork network) {
        final Shape window = network.dimensions() == 2 ? new Shape(1, plan.patch().height(), plan.patch().width()) : plan.patch();
        return new WindowSettings(window, settings.overlap(), settings.blend(), settings.batch(), settings.testTimeAugmentation());
    }
}
