/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Brings a model file onto a device. */
@FunctionalInterface
interface ModelLoader {

    /**
     * @param plan         the plan that the file carries, if it carries one
     * @param trainingJson what the file says of its training, if it does
     */
    record Model(SegmentationNetwork network, Optional<Plan> plan, Optional<String> trainingJson) {
    }

    /** @throws CaseException if the file is not a model */
    Model load(Path file, ComputeDevice device) throws CaseException, IOException;
}
