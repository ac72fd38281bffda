/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.io.IOException;
import java.io.InputStream;

/** Bytes as they are in the file. */
final class PlainSource implements ByteSource {
    private final InputStream in;
    private final long fileBytes;

    PlainSource(final InputStream in, final long fileBytes) {
        this.in = in;
        this.fileBytes = fileBytes;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        return in.read(target, offset, length);
    }

    @Override
    public long bytesAtMost() {
        return fileBytes;
    }

    /** Bytes after the voxels mean nothing in NIfTI and stay unread. */
    @Override
    public void finish() {
        // nothing to check
    }

    @Override
    public void close() {
        // nothing held
    }
}
