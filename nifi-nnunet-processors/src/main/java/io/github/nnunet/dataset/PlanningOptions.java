/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.util.Objects;

/**
 * How a dataset is planned that is not in the task catalogue.
 *
 * @param rules           whose rules
 * @param memoryGigabytes for {@link Planning#NNUNET}: the memory of the GPU that training is planned for
 */
public record PlanningOptions(Planning rules, double memoryGigabytes) {
    /** The GPU that nnU-Net's own default plans are for. */
    public static final double USUAL_MEMORY_GIGABYTES = 8;
    public static final PlanningOptions REFERENCE = new PlanningOptions(Planning.REFERENCE, USUAL_MEMORY_GIGABYTES);
    public static final PlanningOptions NNUNET = new PlanningOptions(Planning.NNUNET, USUAL_MEMORY_GIGABYTES);

    public PlanningOptions {
        Objects.requireNonNull(rules, "rules");
        if (!(memoryGigabytes > 0 && memoryGigabytes < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Nothing can be planned for %s GB of memory".formatted(memoryGigabytes));
        }
    }
}
