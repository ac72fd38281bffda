/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import java.util.List;
import java.util.Optional;

/** A case whose channels can be had slice by slice, whether they are in memory or are made as they are asked for. */
public interface SlicedCase {

    List<String> channelNames();

    /** @return unsigned class values [z*y*x] */
    Optional<byte[]> label();

    /** @return the grid of channels and label */
    Geometry geometry();

    /** @return what was done so far */
    CaseHistory history();

    /** @return the slices of a channel */
    SliceSource slices(int channel);
}
