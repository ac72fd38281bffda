/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A .npy file [c][z][y][x] mapped into memory, in pieces of whole slices, because a mapping cannot be larger than 2 GiB.
 * The system frees the mapping when the object is no longer in use.
 */
final class MappedArray {
    private static final long LARGEST_PIECE = 1L << 30;

    private final int channels;
    private final Shape shape;
    private final int slicesPerPiece;
    private final List<ByteBuffer> pieces;
    private final List<FloatBuffer> floatPieces;

    private MappedArray(final int channels, final Shape shape, final int slicesPerPiece, final List<ByteBuffer> pieces) {
        this.channels = channels;
        this.shape = shape;
        this.slicesPerPiece = slicesPerPiece;
        this.pieces = pieces;
        this.floatPieces = pieces.stream().map(ByteBuffer::asFloatBuffer).toList();
    }

    /** @throws CaseException if the file is not an array of four axes with numbers of that type */
    static MappedArray open(final Path file, final NpyFile.ElementType type) throws IOException, CaseException {
        return open(file, type, LARGEST_PIECE);
    }

    static MappedArray open(final Path file, final NpyFile.ElementType type, final long largestPiece) throws IOException, CaseException {
        final NpyFile.Header header = NpyFile.readHeader(file);
        final int[] sizes = header.shape();
        if (header.type() != type || sizes.length != 4 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s holds %s %s and should hold %s with the axes channel, z, y, x; prepare the case again".formatted(
                            file, header.type(), Arrays.toString(sizes), type));
        }

        final Shape shape = new Shape(sizes[1], sizes[2], sizes[3]);
        final long sliceBytes = (long) shape.height() * shape.width() * type.bytes();
        if (sliceBytes > LARGEST_PIECE) {
            throw new CaseException(FaultCategory.MEMORY, "%s has slices of %d bytes, which is more than can be mapped; crop or resample the case".formatted(file, sliceBytes));
        }

        final int slices = Math.multiplyExact(sizes[0], shape.depth());
        final int slicesPerPiece = (int) Math.min(slices, Math.max(1, largestPiece / sliceBytes));
        final List<ByteBuffer> pieces = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int slice = 0; slice < slices; slice += slicesPerPiece) {
                final long length = Math.min(slicesPerPiece, slices - slice) * sliceBytes;
                pieces.add(channel.map(FileChannel.MapMode.READ_ONLY, header.dataOffset() + slice * sliceBytes, length).order(header.order()));
            }
        }

        return new MappedArray(sizes[0], shape, slicesPerPiece, pieces);
    }

    int channels() {
        return channels;
    }

    Shape shape() {
        return shape;
    }

    /** Copies voxels of a float32 array that lie side by side along x. */
    void readFloats(final int channel, final int z, final int y, final int x, final float[] target, final int offset, final int length) {
        final int slice = channel * shape.depth() + z;
        floatPieces.get(slice / slicesPerPiece).get(position(slice, y, x), target, offset, length);
    }

    /** Copies voxels of a uint8 array that lie side by side along x. */
    void readBytes(final int channel, final int z, final int y, final int x, final byte[] target, final int offset, final int length) {
        final int slice = channel * shape.depth() + z;
        pieces.get(slice / slicesPerPiece).get(position(slice, y, x), target, offset, length);
    }

    private int position(final int slice, final int y, final int x) {
        return (slice % slicesPerPiece * shape.height() + y) * shape.width() + x;
    }
}
