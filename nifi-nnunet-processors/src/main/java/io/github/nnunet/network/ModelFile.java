/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A trained network as one file: a TorchScript module that Python opens with {@code torch.jit.load}, its parameters under
 * the names of MONAI's DynUNet, with plan, topology and training history in the entry extra/plan.json.
 */
public final class ModelFile {

    private ModelFile() {
    }

    /** Writes a model; the file appears whole or not at all. */
    public static void write(final Path target, final SegmentationModel model) throws IOException {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * @throws CaseException if it is damaged, or not a model that {@link #write} wrote
     * @throws IOException   if the file cannot be read at all
     */
    public static SegmentationModel read(final Path source) throws IOException, CaseException {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * The plan alone, without reading the weights.
     *
     * @return empty for a TorchScript file that was exported elsewhere
     * @throws CaseException if it is not a TorchScript file
     */
    public static Optional<Plan> readPlan(final Path source) throws IOException, CaseException {
        throw new UnsupportedOperationException("soon");
    }
}
