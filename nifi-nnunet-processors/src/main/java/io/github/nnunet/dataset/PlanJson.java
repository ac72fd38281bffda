/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;

/** A plan as JSON for people and files: plan.json, the model file, the attribute nnunet.plan.json. */
public final class PlanJson {

    private PlanJson() {
    }

    public static String write(final Plan plan) {
        throw new UnsupportedOperationException();
    }

    /** @throws CaseException if it is not a plan, or one of a later version */
    public static Plan read(final String json) throws CaseException {
        throw new UnsupportedOperationException();
    }
}
