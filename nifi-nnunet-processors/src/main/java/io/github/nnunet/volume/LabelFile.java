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

/** Reads and writes label maps. */
public final class LabelFile {

    private LabelFile() {
    }

    public static LabelVolume read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static LabelVolume read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    public static byte[] toLabel(final float[] values, final String name) throws CaseException {
        throw new UnsupportedOperationException();
    }

    public static void write(final OutputStream out, final byte[] label, final Geometry geometry, final boolean gzip) throws IOException {
        throw new UnsupportedOperationException();
    }
}
