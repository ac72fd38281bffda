/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.SlicedCase;

import java.util.HashMap;
import java.util.Map;

/** The facts of a case that flows route on, as attributes. */
final class CaseFacts {

    private CaseFacts() {
    }

    static Map<String, String> of(final SlicedCase scanCase) {
        final Map<String, String> facts = new HashMap<>(grid(scanCase.geometry(), scanCase.channelNames().size()));
        facts.put("mime.type", CaseAttributes.NIFTI);
        return Map.copyOf(facts);
    }

    /** Of a case whose content stays as it is, compressed or not. */
    static Map<String, String> ofGrid(final CaseSummary summary) {
        return grid(summary.geometry(), summary.channelNames().size());
    }

    private static Map<String, String> grid(final Geometry geometry, final int channels) {
        return Map.of(
                CaseAttributes.CASE_SHAPE, PlanAttributes.text(geometry.shape()),
                CaseAttributes.CASE_SPACING, PlanAttributes.text(geometry.spacing()),
                CaseAttributes.CASE_CHANNELS, Integer.toString(channels));
    }
}
