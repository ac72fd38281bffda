/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.inference.CasePredictor;
import io.github.nnunet.inference.WindowProgress;
import io.github.nnunet.inference.WindowSettings;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The sliding window over a volume. */
final class WindowTask implements BenchTask {
    private final TorchEngine engine;
    private final SegmentationNetwork network;
    private final ScanCase scan;
    private final WindowSettings settings;
    private float[][] logits;

    private WindowTask(final TorchEngine engine, final SegmentationNetwork network, final ScanCase scan, final WindowSettings settings) {
        this.engine = engine;
        this.network = network;
        this.scan = scan;
        this.settings = settings;
    }

    static WindowTask of(final TorchEngine engine, final Path folder, final Spec spec, final NetworkInputs inputs, final boolean isPlain) throws IOException {
        final Shape volume = spec.shape("volume");
        final float[][] channels = new float[inputs.plan().inputChannels()][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = NetworkInputs.noise(volume.voxels(), channel);
        }

        inputs.write(folder);
        new ResultArray.Floats(new int[] {1, channels.length, volume.depth(), volume.height(), volume.width()}, channels).write(folder.resolve("batch.npy"));
        final Geometry geometry = new Geometry(volume, Orientation.aligned(1, 1, 1));
        final ScanCase scan = new ScanCase(inputs.plan().channels(), channels, null, geometry, CaseHistory.of(geometry));
        final WindowSettings settings = WindowSettings.of(inputs.plan().patch()).withOverlap(spec.decimal("overlap")).withTestTimeAugmentation(spec.isTrue("tta")).withBatch(1);
        return new WindowTask(engine, ForwardTask.open(engine, inputs, isPlain), scan, settings);
    }

    @Override
    public void run() throws CaseException {
        logits = new CasePredictor(engine).logits(network, scan, settings, () -> false, WindowProgress.NONE).volumes();
    }

    @Override
    public List<ResultArray> result() {
        final Shape shape = scan.shape();
        return List.of(new ResultArray.Floats(new int[] {logits.length, shape.depth(), shape.height(), shape.width()}, logits));
    }

    @Override
    public void close() {
        network.close();
    }
}
