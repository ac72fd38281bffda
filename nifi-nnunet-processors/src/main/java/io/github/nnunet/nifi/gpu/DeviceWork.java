/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;

/** Work that is done with a lease. */
@FunctionalInterface
public interface DeviceWork<T> {

    T perform() throws CaseException, IOException;
}
