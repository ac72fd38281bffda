/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import java.util.ArrayList;
import java.util.List;

/** The gradients of a batch that is divided among devices, with batch normalization over all of it. */
final class SynchronizedGradients implements GradientComputation {

    private final List<TrainingReplica> replicas;
    private final ScriptModule script;

    /** @param replicas the first one holds the parameters that count; the others take them over before each batch */
    SynchronizedGradients(final TorchEngine engine, final UNetTopology topology, final List<TrainingReplica> replicas, final TrainingMethod method) {
        this.replicas = List.copyOf(replicas);
        script = ScriptModule.compile(engine, replicas.getFirst().device(), new SynchronizedText(topology, replicas.size(), method).methods());
    }

    @Override
    public NDList gradients(final NDManager results, final NDArray batch, final NDArray target, final double scale) {
        final BatchShares shares = BatchShares.of(batch.getShape().get(0), replicas.size());
        final List<NDManager> managers = new ArrayList<>();
        try {
            final NDList batches = new NDList();
            final NDList targets = new NDList();
            final NDList weights = new NDList();
            for (int device = 0; device < replicas.size(); device++) {
                final TrainingReplica replica = replicas.get(device);
                if (device > 0) {
                    replica.copyParameters(replicas.getFirst());
                }

                final NDManager own = replica.manager().newSubManager();
                managers.add(own);
                batches.add(shares.part(own, batch, device, replica.device()));
                targets.add(shares.part(own, target, device, replica.device()));
                weights.addAll(replica.weights());
            }

            final NDArray factor = managers.getFirst().create((float) scale);
            return script.callWithGradients(results, "gradients", ScriptArgument.of(batches), ScriptArgument.of(targets), ScriptArgument.of(weights),
                    ScriptArgument.of(shares.weights(managers)), ScriptArgument.of(factor));
        } finally {
            managers.forEach(NDManager::close);
        }
    }

    @Override
    public void close() {
        script.close();
    }
}
