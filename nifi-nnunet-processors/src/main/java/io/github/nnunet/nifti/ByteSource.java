/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** The bytes of a NIfTI file after decompression, in one pass. Closes nothing: the stream belongs to the caller. */
sealed interface ByteSource extends AutoCloseable permits PlainSource, GzipSource {

    /** Of a stream: how long it is cannot be told before reading it. */
    long UNKNOWN_LENGTH = Long.MAX_VALUE;

    /**
     * @param in        the file, compressed by gzip or not: its first two bytes tell
     * @param name      what messages call it
     * @param fileBytes length of the file, or {@link #UNKNOWN_LENGTH}
     */
    static ByteSource open(final InputStream in, final String name, final long fileBytes) throws IOException {
        final PushbackInputStream start = new PushbackInputStream(in, 2);
        final byte[] first = start.readNBytes(2);
        start.unread(first);
        final boolean compressed = first.length == 2 && (first[0] & 0xff) == GzipSource.MAGIC_FIRST && (first[1] & 0xff) == GzipSource.MAGIC_SECOND;
        return compressed ? new GzipSource(start, name, fileBytes) : new PlainSource(start, fileBytes);
    }

    /**
     * Reads some bytes, at least one if {@code length} is not 0.
     *
     * @return how many were read, or -1 at the end
     * @throws CaseException if the compressed data is damaged or cut off
     */
    int read(byte[] target, int offset, int length) throws IOException, CaseException;

    /** @return the most bytes that this source can give in all, as far as that is known before reading */
    long bytesAtMost();

    /**
     * Reads what is left and checks that it is sound, where the format has a way to tell.
     *
     * @throws CaseException if it is damaged or cut off
     */
    void finish() throws IOException, CaseException;

    @Override
    void close();

    /** @return how many bytes were read: {@code length}, or fewer if the file ends before */
    default int fill(final byte[] target, final int offset, final int length) throws IOException, CaseException {
        int filled = 0;
        while (filled < length) {
            final int count = read(target, offset + filled, length - filled);
            if (count < 0) {
                break;
            }

            filled += count;
        }

        return filled;
    }

    /** @return how many bytes were passed over: {@code count}, or fewer if the file ends before */
    default long skip(final long count) throws IOException, CaseException {
        final byte[] scratch = new byte[(int) Math.min(count, 1 << 16)];
        long skipped = 0;
        while (skipped < count) {
            final int step = read(scratch, 0, (int) Math.min(count - skipped, scratch.length));
            if (step < 0) {
                break;
            }

            skipped += step;
        }

        return skipped;
    }
}
