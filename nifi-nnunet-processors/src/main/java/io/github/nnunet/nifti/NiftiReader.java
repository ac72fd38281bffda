/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Reads NIfTI. */
public final class NiftiReader {

    private NiftiReader() {
    }

    public static NiftiImage read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static NiftiImage read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static NiftiHeader readHeader(final InputStream in, final String name) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static NiftiHeader readHeader(final Path file) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }
}
