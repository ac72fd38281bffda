/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.ToDoubleFunction;

/** Batches of a prepared dataset, an epoch after the other. */
final class PreparedBatches implements BatchSupply {
    private final PatchSource source;
    private final List<TrainingBatch> memory = new ArrayList<>();
    private final ExecutorService threads;
    private BatchLoader loader;
    private int epoch;
    private int used;

    private PreparedBatches(final PatchSource source, final Plan plan, final SamplingSettings sampling) {
        this.source = source;
        for (int i = 0; i <= sampling.loaders(); i++) {
            memory.add(new TrainingBatch(sampling.batchSize(), plan.inputChannels(), plan.patch().voxels()));
        }

        threads = LoaderThreads.start(sampling.loaders(), "Benchmark");
        loader = new BatchLoader(threads, source, epoch, memory);
    }

    static PreparedBatches open(final PreparedDataset dataset, final Plan plan, final TrainingSettings settings) throws IOException, CaseException {
        final TargetMap targets = new TargetMap(plan, settings.loss());
        final List<PreparedCase> cases = TrainingCases.openAll(dataset, plan, targets, dataset.caseIds());
        if (cases.isEmpty()) {
            throw new CaseException(FaultCategory.UNREADABLE, "The folder %s has no prepared cases: name a folder that CollectDataset filled".formatted(dataset.folder()));
        }

        final PatchSampler sampler = new PatchSampler(plan.patch(), settings.sampling().oversampling(), settings.augmentation().rotation());
        final PatchSource source = new PatchSource(cases, sampler, new AugmentationChain(settings.augmentation()), targets, settings.sampling(), plan.dimensions() == 2, settings.seed());
        return new PreparedBatches(source, plan, settings.sampling());
    }

    @Override
    public double useNext(final ToDoubleFunction<TrainingBatch> use) throws InterruptedException {
        if (used == source.stepsPerEpoch()) {
            loader.close();
            epoch++;
            used = 0;
            loader = new BatchLoader(threads, source, epoch, memory);
        }

        used++;
        return loader.useNext(use);
    }

    @Override
    public void close() {
        loader.close();
        threads.shutdown();
    }
}
