/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.io.IOException;
import java.io.OutputStream;

/** Writes NIfTI. */
public final class NiftiWriter {

    private NiftiWriter() {
    }

    public static void write(final OutputStream out, final NiftiHeader header, final float[][] volumes) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static void write(final OutputStream out, final NiftiHeader header, final byte[] label) throws IOException {
        throw new UnsupportedOperationException();
    }
}
