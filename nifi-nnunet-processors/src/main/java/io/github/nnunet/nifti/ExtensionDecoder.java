/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the data between header and voxels. */
final class ExtensionDecoder {
    private static final int FLAG_BYTES = 4;
    private static final int SIZE_AND_CODE_BYTES = 8;
    private static final int SMALLEST_SLOT = 16;
    private static final long MOST_BYTES = 1L << 26;

    private final ByteSource source;
    private final String name;
    private final ByteOrder order;

    ExtensionDecoder(final ByteSource source, final String name, final ByteOrder order) {
        this.source = source;
        this.name = name;
        this.order = order;
    }

    /**
     * Reads from the end of the header to the voxels.
     *
     * @param header of a single file
     */
    List<NiftiExtension> beforeVoxels(final NiftiHeader header) throws IOException, CaseException {
        final byte[] flag = new byte[FLAG_BYTES];
        requireAll(source.fill(flag, 0, FLAG_BYTES), FLAG_BYTES);
        long left = header.voxelOffset() - header.version().minimumVoxelOffset();
        final List<NiftiExtension> extensions = new ArrayList<>();
        if (flag[0] != 0) {
            long total = 0;
            while (left >= SMALLEST_SLOT) {
                final NiftiExtension extension = next(left, total).orElseThrow(this::cutOff);
                final long slot = SIZE_AND_CODE_BYTES + (long) extension.content().length;
                left -= slot;
                total += slot;
                extensions.add(extension);
            }
        }

        requireAll(source.skip(left), left);
        return extensions;
    }

    /** Reads from the end of the header to the end of a .hdr file. */
    List<NiftiExtension> toTheEnd() throws IOException, CaseException {
        final byte[] flag = new byte[FLAG_BYTES];
        final List<NiftiExtension> extensions = new ArrayList<>();
        if (source.fill(flag, 0, FLAG_BYTES) < FLAG_BYTES || flag[0] == 0) {
            return extensions;
        }

        long total = 0;
        Optional<NiftiExtension> extension = next(Long.MAX_VALUE, total);
        while (extension.isPresent()) {
            total += SIZE_AND_CODE_BYTES + (long) extension.get().content().length;
            extensions.add(extension.get());
            extension = next(Long.MAX_VALUE, total);
        }

        return extensions;
    }

    private Optional<NiftiExtension> next(final long left, final long total) throws IOException, CaseException {
        final byte[] start = new byte[SIZE_AND_CODE_BYTES];
        final int count = source.fill(start, 0, start.length);
        if (count == 0) {
            return Optional.empty();
        }

        requireAll(count, start.length);
        final ByteBuffer numbers = ByteBuffer.wrap(start).order(order);
        final int slot = numbers.getInt();
        final int code = numbers.getInt();
        if (slot < SIZE_AND_CODE_BYTES || slot > left) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s has a header extension of %d bytes, which its place does not hold. Export or copy the file again.".formatted(name, slot));
        }

        if (slot > MOST_BYTES - total) {
            throw new CaseException(FaultCategory.MEMORY,
                    "%s has more than %d MB of header extensions. Remove those that are not needed.".formatted(name, MOST_BYTES >> 20));
        }

        return Optional.of(new NiftiExtension(code, content(slot - SIZE_AND_CODE_BYTES)));
    }

    /** Grows with what is really there: the size in the file may be anything. */
    private byte[] content(final int length) throws IOException, CaseException {
        final ByteArrayOutputStream content = new ByteArrayOutputStream(Math.min(length, 1 << 16));
        final byte[] part = new byte[Math.min(length, 1 << 16)];
        while (content.size() < length) {
            final int wanted = Math.min(part.length, length - content.size());
            requireAll(source.fill(part, 0, wanted), wanted);
            content.write(part, 0, wanted);
        }

        return content.toByteArray();
    }

    private void requireAll(final long count, final long wanted) throws CaseException {
        if (count < wanted) {
            throw cutOff();
        }
    }

    private CaseException cutOff() {
        return new CaseException(FaultCategory.UNREADABLE, "%s is cut off: it ends before its voxels start. Copy the whole file again.".formatted(name));
    }
}
