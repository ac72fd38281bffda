/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.DeviceMemory;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.volume.ScanCase;

import java.util.function.BooleanSupplier;

/** Predicts prepared cases, each with native memory of its own that is freed when the case is done. */
public final class CasePredictor {
    private final TorchEngine engine;

    public CasePredictor(final TorchEngine engine) {
        this.engine = engine;
    }

    /**
     * @param network   what predicts
     * @param prepared  a case prepared as the network was trained
     * @param settings  windows and blending
     * @param cancelled asked between batches of windows
     * @param progress  told after each batch
     * @return logits on the grid of the prepared case
     * @throws CaseException                               if the case's channels are not the network's, memory does not hold one window, or libtorch fails
     * @throws java.util.concurrent.CancellationException once cancelled
     */
    public Logits logits(final SegmentationNetwork network, final ScanCase prepared, final WindowSettings settings, final BooleanSupplier cancelled,
                            final WindowProgress progress) throws CaseException {
        try (NDManager manager = engine.newManager(network.device())) {
            return SlidingWindow.predict(network, manager, prepared.channels(), prepared.shape(), settings, cancelled, progress);
        } catch (final EngineException e) {
            if (DeviceMemory.isExhausted(e)) {
                throw new CaseException(FaultCategory.MEMORY, "The memory of %s does not hold the network's activations for a single window of %s voxels: use fewer tasks, another device or precision. %s"
                        .formatted(network.device().name(), settings.roi(), firstLine(e)), e);
            }

            throw new CaseException(FaultCategory.ENGINE, "libtorch failed on %s: %s".formatted(network.device().name(), firstLine(e)), e);
        }
    }

    private static String firstLine(final EngineException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
    }
}
