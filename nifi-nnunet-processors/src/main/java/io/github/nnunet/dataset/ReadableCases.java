/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a dataset in spite of single bad files: a case with one is left out. It cannot be trained on either, and the
 * step that fetches it says why.
 */
final class ReadableCases {

    private ReadableCases() {
    }

    /** Reads something of a case. */
    @FunctionalInterface
    interface Reading {
        void read(CaseFiles files) throws IOException, CaseException;
    }

    /**
     * @return the cases that could be read
     * @throws CaseException if none could: the first one's fault
     */
    static List<CaseFiles> read(final List<CaseFiles> cases, final Reading reading) throws IOException, CaseException {
        final List<CaseFiles> readable = new ArrayList<>();
        Optional<CaseException> first = Optional.empty();
        for (final CaseFiles files : cases) {
            try {
                reading.read(files);
                readable.add(files);
            } catch (final CaseException fault) {
                first = first.or(() -> Optional.of(fault));
            }
        }

        if (readable.isEmpty() && first.isPresent()) {
            throw first.get();
        }

        return readable;
    }
}
