/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.util.Optional;

/**
 * A volume of small whole numbers.
 *
 * @param values unsigned bytes [z*y*x], not copied
 * @param unfit  the first value in the file that is no whole number from 0 to 255; bytes mean nothing then
 */
public record LabelVoxels(byte[] values, Optional<Float> unfit) {
}
