/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads headers and refuses impossible ones. */
final class HeaderDecoder {
    private static final int MOST_DIMENSIONS = 7;
    private static final int KEPT_DIMENSIONS = 5;
    private static final int END_OF_LINE_CHECK = 8;
    private static final byte[] END_OF_LINE = {13, 10, 26, 10};

    private final String name;

    /** @param name what messages call the file */
    HeaderDecoder(final String name) {
        this.name = name;
    }

    /** What the first bytes of a file tell. */
    record Kind(NiftiVersion version, ByteOrder byteOrder) {
    }

    /**
     * Version and byte order, from the header's own length; a NIfTI-1 header with a wrong length is taken if its magic
     * is right, with the byte order in which it has 1 to 7 dimensions, as nibabel does.
     *
     * @param start the first 348 bytes of the file
     */
    Kind kind(final byte[] start) throws CaseException {
        for (final NiftiVersion version : NiftiVersion.values()) {
            for (final ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                if (ByteBuffer.wrap(start).order(order).getInt(0) == version.headerBytes()) {
                    return new Kind(version, order);
                }
            }
        }

        final String magic = fields(NiftiVersion.ONE, ByteOrder.LITTLE_ENDIAN, start).magic();
        if (magic.equals(NiftiVersion.ONE.singleMagic()) || magic.equals(NiftiVersion.ONE.pairMagic())) {
            return new Kind(NiftiVersion.ONE, orderByDimensions(start));
        }

        throw unreadable("is not a NIfTI file: it starts with the bytes %s".formatted(HexFormat.ofDelimiter(" ").formatHex(start, 0, 8)));
    }

    private static ByteOrder orderByDimensions(final byte[] start) {
        final long dimensions = fields(NiftiVersion.ONE, ByteOrder.LITTLE_ENDIAN, start).dim(0);
        return dimensions >= 1 && dimensions <= MOST_DIMENSIONS ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    /** @param bytes the whole header of the given kind */
    NiftiHeader decode(final Kind kind, final byte[] bytes) throws CaseException {
        final HeaderFields fields = fields(kind.version, kind.byteOrder, bytes);
        final boolean paired = isPaired(kind.version, fields.magic());
        if (kind.version == NiftiVersion.TWO) {
            requireUntouchedLineEnds(bytes);
        }

        final DataType type = dataType(fields.dataType());
        final List<Integer> dimensions = dimensions(fields, type);
        final double slope = fields.slope();
        final double intercept = fields.intercept();
        if (slope != 0 && Double.isFinite(slope) && !Double.isFinite(intercept)) {
            throw unreadable("has a scaling slope of %s with the impossible intercept %s".formatted(slope, intercept));
        }

        return new NiftiHeader(kind.version, kind.byteOrder, paired, type, dimensions, fields.orientation(), slope, intercept,
                voxelOffset(fields.voxelOffset(), kind.version, paired), fields.description(), List.of());
    }

    private static HeaderFields fields(final NiftiVersion version, final ByteOrder order, final byte[] bytes) {
        return new HeaderFields(version, ByteBuffer.wrap(bytes).order(order));
    }

    private boolean isPaired(final NiftiVersion version, final String magic) throws CaseException {
        if (magic.equals(version.singleMagic())) {
            return false;
        }

        if (magic.equals(version.pairMagic())) {
            return true;
        }

        if (magic.isEmpty() && version == NiftiVersion.ONE) {
            throw new CaseException(FaultCategory.UNSUPPORTED, "%s is in the old Analyze format, which does not say left from right. Convert it to NIfTI.".formatted(name));
        }

        throw unreadable("is not a NIfTI file: its header has another mark than %s".formatted(version.singleMagic()));
    }

    private void requireUntouchedLineEnds(final byte[] bytes) throws CaseException {
        boolean zero = true;
        boolean right = true;
        for (int i = 0; i < END_OF_LINE.length; i++) {
            zero &= bytes[END_OF_LINE_CHECK + i] == 0;
            right &= bytes[END_OF_LINE_CHECK + i] == END_OF_LINE[i];
        }

        if (!zero && !right) {
            throw unreadable("was damaged by a transfer in text mode, which changes line ends");
        }
    }

    private DataType dataType(final int code) throws CaseException {
        final DataType type = DataType.of(code).orElseThrow(() -> unreadable("has voxels of type %d, which NIfTI does not know".formatted(code)));
        if (!type.isReadable()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s has voxels that are %s; only real numbers of up to 64 bits can be segmented. Convert it to float32.".formatted(name, type.words()));
        }

        return type;
    }

    private List<Integer> dimensions(final HeaderFields fields, final DataType type) throws CaseException {
        final long count = fields.dim(0);
        if (count < 1 || count > MOST_DIMENSIONS) {
            throw unreadable("has %d dimensions, where NIfTI has 1 to 7".formatted(count));
        }

        final List<Integer> sizes = new ArrayList<>();
        BigInteger bytes = BigInteger.valueOf(Math.max(type.bytes(), Float.BYTES));
        for (int axis = 1; axis <= count; axis++) {
            final long size = fields.dim(axis);
            if (size < 1) {
                throw unreadable("has a size of %d along dimension %d".formatted(size, axis));
            }

            requireCountable(size, axis);
            bytes = bytes.multiply(BigInteger.valueOf(size));
            if (axis <= KEPT_DIMENSIONS) {
                sizes.add((int) size);
            } else if (size > 1) {
                throw new CaseException(FaultCategory.UNSUPPORTED,
                        "%s has %d dimensions; up to five can be read. Split it into 4D files.".formatted(name, count));
            }
        }

        if (bytes.bitLength() > Long.SIZE - 1) {
            throw unreadable("asks for %s bytes of voxels, which no file has".formatted(bytes));
        }

        requireCountableVolumes(sizes);
        return sizes;
    }

    private void requireCountable(final long size, final int axis) throws CaseException {
        if (size > Integer.MAX_VALUE) {
            throw tooLarge("%d voxels along dimension %d".formatted(size, axis));
        }
    }

    private void requireCountableVolumes(final List<Integer> sizes) throws CaseException {
        final long volumes = (sizes.size() > 3 ? sizes.get(3) : 1L) * (sizes.size() > 4 ? sizes.get(4) : 1L);
        if (volumes > Integer.MAX_VALUE) {
            throw tooLarge("%d volumes".formatted(volumes));
        }
    }

    private long voxelOffset(final double offset, final NiftiVersion version, final boolean paired) throws CaseException {
        final int least = paired ? 0 : version.minimumVoxelOffset();
        if (!paired && offset == 0) {
            return least;
        }

        final boolean place = offset >= least && offset < 1L << 53 && offset == Math.rint(offset);
        if (!place) {
            throw unreadable("says that its voxels start at byte %s, which cannot be".formatted(offset));
        }

        return (long) offset;
    }

    private CaseException tooLarge(final String what) {
        return new CaseException(FaultCategory.MEMORY, "%s asks for %s, more than can be worked on. If that is true, cut it into parts.".formatted(name, what));
    }

    private CaseException unreadable(final String fact) {
        return new CaseException(FaultCategory.UNREADABLE, "%s %s. Export or copy the file again.".formatted(name, fact));
    }
}
