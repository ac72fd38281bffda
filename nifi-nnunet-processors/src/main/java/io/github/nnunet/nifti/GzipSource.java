/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Bytes of a gzip file of one or more members (RFC 1952). Unlike java.util.zip.GZIPInputStream it does not pass over
 * what follows a member: zeros are padding, as for gzip itself; anything else that is no member is damage.
 */
final class GzipSource implements ByteSource {
    static final int MAGIC_FIRST = 0x1f;
    static final int MAGIC_SECOND = 0x8b;

    private static final int BUFFER_BYTES = 1 << 17;
    private static final int DEFLATE = 8;
    private static final int FLAG_HEADER_CHECK = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int RESERVED_FLAGS = 0xe0;
    /** DEFLATE makes at most 1032 bytes of one. */
    private static final long LARGEST_EXPANSION = 1032;
    /** More than this after the voxels is no padding. */
    private static final long LARGEST_REMAINDER = 1L << 28;

    private final InputStream in;
    private final String name;
    private final long fileBytes;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 check = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private boolean inMember;
    private boolean finished;

    GzipSource(final InputStream in, final String name, final long fileBytes) {
        this.in = in;
        this.name = name;
        this.fileBytes = fileBytes;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException, CaseException {
        if (length == 0) {
            return 0;
        }

        while (!finished) {
            if (!inMember) {
                startMember();
            }

            final int count = inflate(target, offset, length);
            if (count > 0) {
                check.update(target, offset, count);
                return count;
            }

            if (inflater.finished()) {
                finishMember();
            }
        }

        return -1;
    }

    @Override
    public long bytesAtMost() {
        return fileBytes > Long.MAX_VALUE / LARGEST_EXPANSION ? Long.MAX_VALUE : fileBytes * LARGEST_EXPANSION;
    }

    @Override
    public void finish() throws IOException, CaseException {
        if (skip(LARGEST_REMAINDER) == LARGEST_REMAINDER) {
            throw damaged("more than %d MB follow its voxels".formatted(LARGEST_REMAINDER >> 20));
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(final byte[] target, final int offset, final int length) throws IOException, CaseException {
        if (inflater.needsInput()) {
            if (!available()) {
                throw truncated();
            }

            inflater.setInput(buffer, next, end - next);
            next = end;
        }

        try {
            final int count = inflater.inflate(target, offset, length);
            if (count == 0 && inflater.needsDictionary()) {
                throw damaged("its compressed data asks for a dictionary");
            }

            return count;
        } catch (final DataFormatException fault) {
            throw damaged("its compressed data is invalid", fault);
        }
    }

    private void startMember() throws IOException, CaseException {
        check.reset();
        final boolean magic = headerByte() == MAGIC_FIRST && headerByte() == MAGIC_SECOND;
        if (!magic || headerByte() != DEFLATE) {
            throw damaged("its compressed data is followed by bytes that are no gzip member");
        }

        final int flags = headerByte();
        if ((flags & RESERVED_FLAGS) != 0) {
            throw damaged("its gzip header has unknown flags");
        }

        final int timeSystemAndLevel = 6;
        skipHeader(timeSystemAndLevel);
        if ((flags & FLAG_EXTRA) != 0) {
            skipHeader(headerByte() | headerByte() << 8);
        }

        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }

        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }

        if ((flags & FLAG_HEADER_CHECK) != 0) {
            final int expected = (int) check.getValue() & 0xffff;
            if ((headerByte() | headerByte() << 8) != expected) {
                throw damaged("its gzip header does not match its check sum");
            }
        }

        check.reset();
        inflater.reset();
        inMember = true;
    }

    private void skipHeader(final int count) throws IOException, CaseException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipText() throws IOException, CaseException {
        int character = headerByte();
        while (character != 0) {
            character = headerByte();
        }
    }

    private int headerByte() throws IOException, CaseException {
        final int value = nextByte();
        check.update(value);
        return value;
    }

    private void finishMember() throws IOException, CaseException {
        next = end - inflater.getRemaining();
        inMember = false;
        final long bytesOut = inflater.getBytesWritten();
        if (littleEndianInt() != (int) check.getValue()) {
            throw damaged("its data does not match its check sum");
        }

        if (littleEndianInt() != (int) bytesOut) {
            throw damaged("its data does not have the length that its trailer says");
        }

        passPadding();
    }

    private int littleEndianInt() throws IOException, CaseException {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | nextByte() << 24;
    }

    private void passPadding() throws IOException {
        while (available()) {
            if (buffer[next] != 0) {
                return;
            }

            next++;
        }

        finished = true;
    }

    private int nextByte() throws IOException, CaseException {
        if (!available()) {
            throw truncated();
        }

        return buffer[next++] & 0xff;
    }

    private boolean available() throws IOException {
        while (next == end) {
            final int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                return false;
            }

            next = 0;
            end = count;
        }

        return true;
    }

    private CaseException truncated() {
        return new CaseException(FaultCategory.UNREADABLE, "%s is cut off: its gzip data has no end. Copy the whole file again.".formatted(name));
    }

    private CaseException damaged(final String how) {
        return damaged(how, null);
    }

    private CaseException damaged(final String how, final Exception cause) {
        return new CaseException(FaultCategory.UNREADABLE, "%s is damaged: %s. Copy the file again from where it came.".formatted(name, how), cause);
    }
}
