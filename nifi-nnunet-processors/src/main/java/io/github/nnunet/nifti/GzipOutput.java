/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses into a stream that stays open when this one is closed, at a chosen level. */
public final class GzipOutput extends GZIPOutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * @param out   where the compressed bytes go; not closed
     * @param level 1 (fast) to 9 (small)
     */
    public GzipOutput(final OutputStream out, final int level) throws IOException {
        super(new Unclosed(out), BUFFER_BYTES);
        def.setLevel(level);
    }

    private static final class Unclosed extends FilterOutputStream {

        private Unclosed(final OutputStream out) {
            super(out);
        }

        @Override
        public void write(final byte[] bytes, final int offset, final int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
