/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.inference.WindowSettings;
import io.github.nnunet.network.ModelFile;
import io.github.nnunet.network.SegmentationModel;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.ScanCase;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A scan that is to be segmented, and the model for it.
 *
 * @param scan    a compressed file of all channels, without a label
 * @param model   the model file
 * @param network the same network
 * @param overlap of neighbouring windows
 */
record FlowInputs(Path scan, Path model, NetworkInputs network, double overlap) {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_LEVEL = 1;

    /** Writes both files, unless the other side has. */
    static FlowInputs of(final Path folder, final Spec spec) throws IOException {
        final NetworkInputs network = NetworkInputs.of(spec);
        final Path model = folder.resolve("model.pt");
        final Path scan = folder.resolve("scan.nii.gz");
        if (!Files.exists(scan)) {
            ModelFile.write(model, new SegmentationModel(network.plan(), network.topology(), network.weights(), "{}"));
            write(scan, spec);
        }

        return new FlowInputs(scan, model, network, spec.decimal("overlap"));
    }

    private static void write(final Path scan, final Spec spec) throws IOException {
        final ScanCase phantom = PhantomCase.of(spec.integers("shape"), spec.decimals("spacing"), spec.integer("channels"), false);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(scan), BUFFER_BYTES); OutputStream compressed = new GzipOutput(out, GZIP_LEVEL)) {
            CaseFile.write(compressed, new ScanCase(phantom.channelNames(), phantom.channels(), null, phantom.geometry(), phantom.history()));
        }
    }

    Plan plan() {
        return network.plan();
    }

    WindowSettings windows() {
        return WindowSettings.of(plan().patch()).withOverlap(overlap).withTestTimeAugmentation(false).withBatch(1);
    }
}
