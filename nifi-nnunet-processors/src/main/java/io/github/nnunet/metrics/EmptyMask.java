/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

/** Which side of a comparison has no voxel of a class: why a measure may be undefined. */
public enum EmptyMask {
    PREDICTION("prediction"),
    REFERENCE("reference"),
    BOTH("both");

    private final String key;

    EmptyMask(final String key) {
        this.key = key;
    }

    /** @return the name in JSON */
    public String key() {
        return key;
    }
}
