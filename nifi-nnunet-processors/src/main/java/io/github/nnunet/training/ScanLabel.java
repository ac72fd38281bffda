/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedMeta;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.inference.LinearRestoration;

import java.io.IOException;
import java.util.Optional;

/**
 * The label of a prepared case on the grid of its scan, and the way of a prediction there.
 *
 * @param values      label values [z*y*x] of the scan
 * @param restoration brings logits from the prepared grid to the scan's
 */
record ScanLabel(byte[] values, LinearRestoration restoration) {

    /** @throws CaseException if the case is not stored with what it takes */
    static void requireStored(final PreparedCase prepared) throws CaseException {
        restoration(prepared);
        if (!prepared.hasOriginalLabel()) {
            throw lacking(prepared, "its label as it was before preparation");
        }
    }

    static ScanLabel of(final PreparedCase prepared) throws CaseException {
        final LinearRestoration restoration = restoration(prepared);
        final byte[] label = label(prepared).orElseThrow(() -> lacking(prepared, "its label as it was before preparation"));
        final long expected = meta(prepared).original().count();
        if (label.length != expected) {
            throw new CaseException(FaultCategory.GEOMETRY, "The original label of the prepared case %s has %d voxels and its scan %d: collect the dataset again"
                    .formatted(prepared.id(), label.length, expected));
        }

        return new ScanLabel(label, restoration);
    }

    private static LinearRestoration restoration(final PreparedCase prepared) throws CaseException {
        final PreparedMeta meta = meta(prepared);
        if (meta.padding().isEmpty()) {
            throw lacking(prepared, "how it was padded");
        }

        return LinearRestoration.of(prepared.shape(), meta, meta.padding().get());
    }

    private static PreparedMeta meta(final PreparedCase prepared) throws CaseException {
        return prepared.meta().orElseThrow(() -> lacking(prepared, "how it lies in its scan"));
    }

    private static Optional<byte[]> label(final PreparedCase prepared) throws CaseException {
        try {
            return prepared.originalLabel();
        } catch (final IOException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "The original label of the prepared case %s cannot be read (%s): collect the dataset again".formatted(prepared.id(), e.getMessage()), e);
        }
    }

    private static CaseException lacking(final PreparedCase prepared, final String fact) {
        return new CaseException(FaultCategory.GEOMETRY,
                "The prepared case %s is stored without %s, which validation on the scan's grid needs: prepare and collect the dataset again, or validate on the prepared grid"
                        .formatted(prepared.id(), fact));
    }
}
