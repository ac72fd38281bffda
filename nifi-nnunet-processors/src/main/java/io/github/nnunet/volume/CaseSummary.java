/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import java.util.List;

/**
 * What the header of a case file says, without its voxels.
 *
 * @param channelNames a name for each image channel
 * @param hasLabel     whether a label follows the channels
 * @param geometry     the grid of channels and label
 * @param history      what was done so far
 * @param floatBytes   bytes of all channels and the label in memory as float32
 */
public record CaseSummary(List<String> channelNames, boolean hasLabel, Geometry geometry, CaseHistory history, long floatBytes) {

    public CaseSummary {
        channelNames = List.copyOf(channelNames);
    }

    /** @return number of image channels, without the label */
    public int channels() {
        return channelNames.size();
    }

    public Shape shape() {
        return geometry.shape();
    }

    public Spacing spacing() {
        return geometry.spacing();
    }
}
