/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

/**
 * A class of a segmentation.
 *
 * @param value the voxel value that stands for it in label files, 0 to 255; 0 is the background
 * @param name  what people call it
 */
public record LabelClass(int value, String name) {

    public LabelClass {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("Class %s has the value %d, which is not from 0 to 255".formatted(name, value));
        }
    }
}
