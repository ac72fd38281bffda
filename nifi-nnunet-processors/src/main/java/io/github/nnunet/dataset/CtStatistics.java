/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

/**
 * Intensities of the labelled voxels of a CT dataset, in Hounsfield units.
 *
 * @param min  0.5th percentile: darker voxels are clipped to it
 * @param max  99.5th percentile: brighter voxels are clipped to it
 * @param mean subtracted after clipping
 * @param std  divided by after clipping
 */
public record CtStatistics(double min, double max, double mean, double std) {
}
