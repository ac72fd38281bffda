/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

/**
 * How a prepared case lies in its scan.
 *
 * @param crop     what was kept of the scan
 * @param original the scan's shape
 * @param cropped  the shape after cropping, before resampling
 */
public record PreparedMeta(Box crop, Shape original, Shape cropped) {
}
