/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDManager;
import ai.djl.engine.EngineException;
import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.DeviceMemory;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.Precision;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The training of one model, an epoch at a time. After each epoch everything that the next one needs is in the run
 * folder: closing a run, or losing its process, and opening the job again goes on with the same numbers. One thread at a time.
 */
public final class TrainingRun implements AutoCloseable {
    private static final double NANOS = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;

    private final TrainingJob job;
    private final TrainingSettings settings;
    private final RunFiles files;
    private final TrainingCases cases;
    private final NetworkTopology topology;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final PatchSource source;
    private final LearningRate rates;
    private final Validation validation;
    private final ExecutorService threads;
    private final List<TrainingBatch> memory = new ArrayList<>();
    private final NetworkTrainer trainer;
    private TrainingState state = TrainingState.beginning();
    private Optional<TransferReport> transfer = Optional.empty();
    /** Whether the network has learnt something that the run folder does not have. */
    private boolean isAhead;
    /** Whether the checkpoint in the run folder, if there is one, is that of an earlier training that this one replaces. */
    private boolean isAnew;

    private TrainingRun(final TrainingJob job, final TrainingCases cases, final NetworkTrainer trainer, final NetworkTopology topology, final LongSupplier nanoTime,
                        final InstantSource clock, final boolean isAnew) {
        this.job = job;
        this.settings = job.settings();
        this.files = new RunFiles(job.runFolder());
        this.cases = cases;
        this.trainer = trainer;
        this.topology = topology;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.isAnew = isAnew;
        final Plan plan = cases.plan();
        final SamplingSettings sampling = settings.sampling();
        this.source = new PatchSource(cases.training(), new PatchSampler(plan.patch(), sampling.oversampling(), settings.augmentation().rotation()), new AugmentationChain(settings.augmentation()),
                cases.targets(), sampling, plan.dimensions() == 2, settings.seed());
        this.rates = new LearningRate(settings.optimizer(), (long) settings.length().epochs() * source.stepsPerEpoch());
        this.validation = new Validation(cases.validation(), cases.targets(), plan.patch(), settings.validation(), nanoTime);
        for (int i = 0; i <= sampling.loaders(); i++) {
            memory.add(new TrainingBatch(sampling.batchSize(), plan.inputChannels(), plan.patch().voxels()));
        }

        this.threads = LoaderThreads.start(sampling.loaders(), "Fold %d".formatted(job.fold()));
    }

    /**
     * Begins a training, or takes it up after its last complete epoch.
     *
     * @throws CaseException if the dataset, or the checkpoint in the run folder, cannot be used for this job
     * @throws IOException   if files cannot be read or written
     */
    public static TrainingRun open(final TrainingJob job, final TorchEngine engine, final ComputeDevice device) throws IOException, CaseException {
        return open(job, engine, List.of(device));
    }

    /**
     * As the shorter form, with the patches of each step divided among devices. Validation runs on the first one.
     *
     * @param devices at most as many as a step has patches
     */
    public static TrainingRun open(final TrainingJob job, final TorchEngine engine, final List<ComputeDevice> devices) throws IOException, CaseException {
        return open(job, engine, devices, System::nanoTime, InstantSource.system());
    }

    /**
     * Begins a training anew, whatever is in the run folder. What an earlier training left there is replaced when the first epoch is done, and
     * not before.
     *
     * @throws CaseException if the dataset cannot be used for this job
     * @throws IOException   if files cannot be read or written
     */
    public static TrainingRun beginAnew(final TrainingJob job, final TorchEngine engine, final List<ComputeDevice> devices) throws IOException, CaseException {
        return open(job, engine, devices, System::nanoTime, InstantSource.system(), true);
    }

    /**
     * As the shorter form, with clocks of one's own.
     *
     * @param nanoTime measures how long training takes, as System.nanoTime
     * @param clock    dates the log
     */
    static TrainingRun open(final TrainingJob job, final TorchEngine engine, final List<ComputeDevice> devices, final LongSupplier nanoTime, final InstantSource clock)
            throws IOException, CaseException {
        return open(job, engine, devices, nanoTime, clock, false);
    }

    private static TrainingRun open(final TrainingJob job, final TorchEngine engine, final List<ComputeDevice> devices, final LongSupplier nanoTime, final InstantSource clock,
                                    final boolean isAnew) throws IOException, CaseException {
        final TrainingCases cases = TrainingCases.open(job);
        final NetworkTopology topology = chooseTopology(job, cases);
        final NetworkTrainer trainer = new NetworkTrainer(engine, devices, topology, cases.plan(), job.settings());
        final TrainingRun run = new TrainingRun(job, cases, trainer, topology, nanoTime, clock, isAnew);
        try {
            run.restore();
            return run;
        } catch (final IOException | CaseException | RuntimeException unusable) {
            run.close();
            throw unusable;
        }
    }

    private static NetworkTopology chooseTopology(final TrainingJob job, final TrainingCases cases) throws CaseException {
        try {
            return NetworkChoice.topology(job.settings().network(), cases.plan(), cases.targets().outputs());
        } catch (final IllegalArgumentException impossible) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "The dataset %s cannot be trained with these settings: %s".formatted(cases.plan().name(), impossible.getMessage()), impossible);
        }
    }

    /** Goes back to the last complete epoch, or to the beginning. */
    private void restore() throws IOException, CaseException {
        if (!isAnew && Files.exists(files.last())) {
            final Checkpoint checkpoint = Checkpoint.read(files.last());
            requireSameTraining(checkpoint);
            trainer.restore(checkpoint);
            state = checkpoint.state();
            transfer = Files.exists(files.transfer()) ? Optional.of(TransferReport.fromJson(Files.readString(files.transfer()))) : Optional.empty();
            EpochLog.write(files.log(), job, state);
        } else {
            transfer = trainer.reset(job.initialModel());
            state = TrainingState.beginning();
        }

        isAhead = false;
    }

    private void requireSameTraining(final Checkpoint checkpoint) throws CaseException {
        final boolean isSame = checkpoint.topology().equals(topology) && checkpoint.job().training().equals(job.training())
                && checkpoint.job().settings().optimizer().kind() == settings.optimizer().kind()
                && checkpoint.job().settings().optimizer().layers() == settings.optimizer().layers();
        if (!isSame) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s belongs to a training with another network, other cases, another optimizer or other trained layers: choose another run folder, or remove the file to train from the beginning"
                            .formatted(files.last()));
        }
    }

    /** As the longer form, for a training that shares the heap with nobody. */
    public Optional<EpochReport> runEpoch(final BooleanSupplier cancelled, final StepListener listener) throws IOException, CaseException {
        return runEpoch(cancelled, listener, ValidationMemory.UNSHARED);
    }

    /**
     * Trains for one epoch, validates, and writes checkpoints and the log.
     *
     * @param cancelled asked between steps; when it says true, or the thread is interrupted, the epoch is given up and the
     *                  run folder stays as it was after the epoch before. This object then goes on from there when called again.
     * @param memory    asked before a validation begins, and not in epochs without one; a wait that it gives up gives up the epoch
     * @return the report, or empty if cancelled
     * @throws CaseException         if the loss is no longer a number, a case does not fit, or libtorch fails
     * @throws IOException           if the run folder cannot be written; the epoch then does not count and can be tried again
     * @throws IllegalStateException if the training is finished
     */
    public Optional<EpochReport> runEpoch(final BooleanSupplier cancelled, final StepListener listener, final ValidationMemory memory) throws IOException, CaseException {
        if (isFinished()) {
            throw new IllegalStateException("The training is finished: %s".formatted(state.end()));
        }

        if (isAhead) {
            restore();
        }

        isAhead = true;
        final long begin = nanoTime.getAsLong();
        try {
            final TrainedSteps trained = train(begin, cancelled, listener);
            final EpochReport report = validate(begin, trained, cancelled, listener, memory);
            store(report);
            return Optional.of(report);
        } catch (final CancellationException wanted) {
            return Optional.empty();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (final EngineException failure) {
            final FaultCategory category = DeviceMemory.isExhausted(failure) ? FaultCategory.MEMORY : FaultCategory.ENGINE;
            throw new CaseException(category, "libtorch failed in epoch %d: %s; if memory ran out, choose a smaller batch size or fewer filters"
                    .formatted(state.epochs() + 1, failure.getMessage()), failure);
        }
    }

    /**
     * What the steps of an epoch came to.
     *
     * @param secondsPerStep how long a step took
     * @param isCut          whether time ran out before the last step
     */
    private record TrainedSteps(int count, double meanLoss, double learningRate, double secondsPerStep, boolean isCut) {
    }

    private TrainedSteps train(final long begin, final BooleanSupplier cancelled, final StepListener listener) throws CaseException, InterruptedException {
        final int steps = source.stepsPerEpoch();
        TimeBudget budget = budget(0);
        double secondsPerStep = 0;
        double sum = 0;
        double rate = 0;
        int done = 0;
        try (BatchLoader loader = new BatchLoader(threads, source, state.epochs(), memory)) {
            while (done < steps && (done == 0 || !budget.isUsedUp(elapsedSince(begin)))) {
                if (cancelled.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("The epoch was given up");
                }

                final double stepRate = rates.at(state.steps() + done, budget.spent(elapsedSince(begin)));
                final double loss = loader.useNext(batch -> trainer.step(batch, stepRate));
                requireNumber(loss, done);
                rate = stepRate;
                sum += loss;
                done++;
                secondsPerStep = (elapsedSince(begin) - state.elapsedSeconds()) / done;
                budget = budget(secondsPerStep);
                listener.trained(done, steps, loss);
            }
        }

        return new TrainedSteps(done, sum / done, rate, secondsPerStep, done < steps);
    }

    /** @return bytes of heap that validation takes at most, as the sizes of its cases say */
    public double validationBytes() {
        return validation.neededBytes(topology.outputChannels());
    }

    /** Before the first validation, a case is taken to need as long as a patch in training, which is some three windows. */
    private TimeBudget budget(final double secondsPerStep) {
        final double guess = validation.caseCount() * secondsPerStep / settings.sampling().batchSize();
        final double reserve = state.validationSeconds() > 0 ? state.validationSeconds() : guess;
        return new TimeBudget(settings.length().maximumMinutes() * SECONDS_PER_MINUTE, reserve);
    }

    /** @return seconds of all epochs so far and of this one until now */
    private double elapsedSince(final long begin) {
        return state.elapsedSeconds() + (nanoTime.getAsLong() - begin) / NANOS;
    }

    private void requireNumber(final double loss, final int step) throws CaseException {
        if (!Double.isFinite(loss)) {
            final String also = settings.compute().precision() == Precision.FP16 ? ", or compute in bf16 or fp32" : "";
            throw new CaseException(FaultCategory.ENGINE, "The loss was %s at step %d of epoch %d: lower the learning rate, or look for cases with extreme intensities%s"
                    .formatted(loss, step + 1, state.epochs() + 1, also));
        }
    }

    private EpochReport validate(final long begin, final TrainedSteps trained, final BooleanSupplier cancelled, final StepListener listener, final ValidationMemory memory)
            throws CaseException, InterruptedException {
        final int epoch = state.epochs() + 1;
        final boolean isLast = epoch >= settings.length().epochs() || trained.isCut() || budget(trained.secondsPerStep()).isLastEpoch(elapsedSince(begin));
        final boolean isValidated = validation.caseCount() > 0 && (isLast || isDue(epoch));
        final long validationBegin = nanoTime.getAsLong();
        final List<ClassDice> classDice = isValidated ? score(cancelled, listener, memory) : List.of();
        final double validationSeconds = (nanoTime.getAsLong() - validationBegin) / NANOS;
        final double meanDice = classDice.stream().mapToDouble(ClassDice::dice).average().orElse(0);
        // Without validation cases the newest model is the best that is known.
        final boolean isBest = isValidated ? state.bestEpoch() == 0 || meanDice > state.bestDice() : validation.caseCount() == 0;
        final double bestDice = isBest ? meanDice : state.bestDice();
        final int bestEpoch = isBest ? epoch : state.bestEpoch();
        final double elapsed = elapsedSince(begin);
        final TrainingEnd end = end(epoch, bestEpoch, isLast);
        return new EpochReport(epoch, settings.length().epochs(), state.steps() + trained.count(), trained.meanLoss(), isValidated, classDice, meanDice, isBest, bestDice, bestEpoch,
                trained.learningRate(), elapsed - state.elapsedSeconds(), validationSeconds, elapsed, end == TrainingEnd.NOT_YET ? remaining(epoch, elapsed) : 0, end);
    }

    private boolean isDue(final int epoch) {
        return epoch > settings.validation().skipFirst() && epoch % settings.validation().interval() == 0;
    }

    private List<ClassDice> score(final BooleanSupplier cancelled, final StepListener listener, final ValidationMemory memory) throws CaseException, InterruptedException {
        // Others may have the device while memory is waited for.
        trainer.release();
        final ValidationMemory.Share share = memory.reserve(validationBytes());
        try (SegmentationNetwork scored = trainer.scored(); NDManager work = trainer.newManager()) {
            return validation.score(scored, work, cancelled, listener);
        } finally {
            share.close();
        }
    }

    private TrainingEnd end(final int epoch, final int bestEpoch, final boolean isLast) {
        final LengthSettings length = settings.length();
        if (epoch >= length.epochs()) {
            return TrainingEnd.EPOCHS;
        }

        if (isLast) {
            return TrainingEnd.TIME;
        }

        final boolean isStale = length.patience() > 0 && bestEpoch > 0 && epoch - bestEpoch >= length.patience();
        return isStale && epoch >= length.minimumEpochs() ? TrainingEnd.PATIENCE : TrainingEnd.NOT_YET;
    }

    private double remaining(final int epoch, final double elapsed) {
        final double ofEpochs = elapsed / epoch * (settings.length().epochs() - epoch);
        final double ofTime = settings.length().maximumMinutes() * SECONDS_PER_MINUTE - elapsed;
        return settings.length().maximumMinutes() > 0 ? Math.clamp(ofTime, 0, ofEpochs) : ofEpochs;
    }

    /** The model first: an epoch counts once the checkpoint is there, and is otherwise trained again to the same result. */
    private void store(final EpochReport report) throws IOException {
        final TrainingState next = state.after(report, clock.millis());
        if (state.epochs() == 0) {
            storeTransfer();
        }

        if (report.best()) {
            ModelFile.write(files.best(), new SegmentationModel(cases.plan(), topology, trainer.scoredWeights(), history(report)));
        }

        trainer.checkpoint(job, next).write(files.last());
        state = next;
        isAhead = false;
        isAnew = false;
        EpochLog.write(files.log(), job, state);
    }

    private void storeTransfer() throws IOException {
        if (transfer.isPresent()) {
            final byte[] json = transfer.get().toJson().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(files.transfer(), out -> out.write(json));
        } else {
            Files.deleteIfExists(files.transfer());
        }
    }

    /** @return what the model file says of its training */
    private String history(final EpochReport report) {
        final Map<String, Object> training = new LinkedHashMap<>();
        training.put("fold", job.fold());
        training.put("training", job.training());
        training.put("validation", job.validation());
        training.put("settings", settings);
        training.put("report", report);
        transfer.ifPresent(taken -> training.put("transfer", taken));
        return TrainingJson.write(training);
    }

    /** @return whether there is nothing left to train */
    public boolean isFinished() {
        return state.end() != TrainingEnd.NOT_YET && !isProlonged();
    }

    /** A training that ended with its last epoch goes on when the job is opened again with more epochs. */
    private boolean isProlonged() {
        return state.end() == TrainingEnd.EPOCHS && state.epochs() < settings.length().epochs();
    }

    /** @return how many epochs are done */
    public int epoch() {
        return state.epochs();
    }

    /** @return the report of the last epoch done, by whichever process */
    public Optional<EpochReport> lastReport() {
        return state.lastReport();
    }

    /** @return what was taken over from the model that the training started from, if it did */
    public Optional<TransferReport> transfer() {
        return transfer;
    }

    /** @return everything up to the last epoch done */
    public TrainingHistory history() {
        return new TrainingHistory(job, cases.plan(), state.history().stream().map(TrainingState.Entry::report).toList());
    }

    /** @return the model file with the best mean validation Dice, best.pt; it is there once an epoch was validated */
    public Path bestModel() {
        return files.best();
    }

    @Override
    public void close() {
        threads.shutdown();
        trainer.close();
    }
}
