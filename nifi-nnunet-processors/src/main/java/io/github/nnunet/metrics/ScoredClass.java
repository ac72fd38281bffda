/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import java.util.List;

/**
 * What is scored as one: a class, or a region of several classes (BraTS: whole tumour = 1, 2, 3).
 *
 * @param name   the name in reports
 * @param values label values that belong to it, 0 to 255
 */
public record ScoredClass(String name, List<Integer> values) {

    public ScoredClass {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("The class %s has no label value".formatted(name));
        }

        for (final int value : values) {
            if (value < 0 || value > LabelOverlap.LARGEST_VALUE) {
                throw new IllegalArgumentException("Label values are 0 to 255, not %d".formatted(value));
            }
        }
    }

    public ScoredClass(final String name, final int value) {
        this(name, List.of(value));
    }

    /**
     * The regions of BraTS: whole tumour (every tumour class), tumour core (necrosis and enhancing tumour) and enhancing
     * tumour. The enhancing tumour is 3 as preparation writes it, or 4 as BraTS publishes it.
     */
    public static List<ScoredClass> bratsRegions() {
        return List.of(new ScoredClass("WT", List.of(1, 2, 3, 4)), new ScoredClass("TC", List.of(1, 3, 4)), new ScoredClass("ET", List.of(3, 4)));
    }
}
