/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.SegmentationNetwork;

import java.util.Optional;

/** A model on a device, shared with other tasks, until it is closed. Closing gives it back and does not unload it. */
public interface LoadedModel extends AutoCloseable {

    SegmentationNetwork network();

    /** @return the plan that the model file carries; empty for a TorchScript file that has none */
    Optional<Plan> plan();

    /** @return what the model file says of its training, JSON; empty for a TorchScript file that says nothing */
    Optional<String> trainingJson();

    /** @return SHA-256 of the model file, in lower case hexadecimal digits */
    String digest();

    @Override
    void close();
}
