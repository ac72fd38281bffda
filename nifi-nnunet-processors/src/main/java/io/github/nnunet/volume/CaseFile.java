/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/** Reads and writes cases. */
public final class CaseFile {

    private CaseFile() {
    }

    public static ScanCase read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static ScanCase read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static CaseSummary readSummary(final InputStream in, final String name) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static CaseSummary readSummary(final Path file) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static void write(final OutputStream out, final ScanCase scanCase) throws IOException {
        throw new UnsupportedOperationException();
    }
}
