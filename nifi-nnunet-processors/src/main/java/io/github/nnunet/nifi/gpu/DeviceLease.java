/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.ComputeDevice;

/** The right to compute on a device, until it is closed. Closing twice does no harm. */
public interface DeviceLease extends AutoCloseable {

    ComputeDevice device();

    @Override
    void close();
}
