/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.volume.SlicedCase;

import java.util.Map;

/** The facts of a case that flows route on, as attributes. */
final class CaseFacts {

    private CaseFacts() {
    }

    static Map<String, String> of(final SlicedCase scanCase) {
        return Map.of(
                CaseAttributes.CASE_SHAPE, PlanAttributes.text(scanCase.geometry().shape()),
                CaseAttributes.CASE_SPACING, PlanAttributes.text(scanCase.geometry().spacing()),
                CaseAttributes.CASE_CHANNELS, Integer.toString(scanCase.channelNames().size()),
                "mime.type", CaseAttributes.NIFTI);
    }
}
