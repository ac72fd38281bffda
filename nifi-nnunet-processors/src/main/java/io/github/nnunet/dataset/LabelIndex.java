/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the classes of a label map are: for each value above 0 the smallest box around it, and how many voxels it has in
 * each slice. That is enough to draw a voxel of a class by looking at one slice only.
 */
final class LabelIndex {
    /** Numbers of a row before the counts of the slices: value, box start, box end. */
    private static final int HEAD = 7;
    private static final int VALUES = 256;

    private final int depth;
    private final Map<Integer, Entry> entries;

    private LabelIndex(final int depth, final Map<Integer, Entry> entries) {
        this.depth = depth;
        this.entries = entries;
    }

    private record Entry(Box box, long[] countOfSlice) {

        long count() {
            long count = 0;
            for (final long slice : countOfSlice) {
                count += slice;
            }

            return count;
        }
    }

    /** Gathers the extent of one value while the label is read. */
    private static final class Extent {
        private final long[] countOfSlice;
        private int minimumY = Integer.MAX_VALUE;
        private int minimumX = Integer.MAX_VALUE;
        private int maximumY = -1;
        private int maximumX = -1;

        private Extent(final int depth) {
            countOfSlice = new long[depth];
        }

        private void add(final int z, final int y, final int x) {
            countOfSlice[z]++;
            minimumY = Math.min(minimumY, y);
            minimumX = Math.min(minimumX, x);
            maximumY = Math.max(maximumY, y);
            maximumX = Math.max(maximumX, x);
        }

        private Entry toEntry() {
            int first = 0;
            while (countOfSlice[first] == 0) {
                first++;
            }

            int last = countOfSlice.length - 1;
            while (countOfSlice[last] == 0) {
                last--;
            }

            return new Entry(new Box(first, minimumY, minimumX, last + 1, maximumY + 1, maximumX + 1), countOfSlice);
        }
    }

    /** What gives the label a slice at a time. */
    @FunctionalInterface
    interface Slices {
        /** @param target gets the unsigned bytes of slice z, [y][x] */
        void read(int z, byte[] target);
    }

    /** Reads a whole label once. */
    static LabelIndex of(final Shape shape, final Slices slices) {
        final Extent[] extents = new Extent[VALUES];
        final byte[] slice = new byte[shape.height() * shape.width()];
        for (int z = 0; z < shape.depth(); z++) {
            slices.read(z, slice);
            addSlice(extents, shape, z, slice);
        }

        final Map<Integer, Entry> entries = new TreeMap<>();
        for (int value = 1; value < VALUES; value++) {
            if (extents[value] != null) {
                entries.put(value, extents[value].toEntry());
            }
        }

        return new LabelIndex(shape.depth(), entries);
    }

    private static void addSlice(final Extent[] extents, final Shape shape, final int z, final byte[] slice) {
        int voxel = 0;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                final int value = slice[voxel++] & 0xff;
                if (value == 0) {
                    continue;
                }

                if (extents[value] == null) {
                    extents[value] = new Extent(shape.depth());
                }

                extents[value].add(z, y, x);
            }
        }
    }

    SortedSet<Integer> values() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
    }

    Optional<Box> boxOf(final int value) {
        return Optional.ofNullable(entries.get(value)).map(Entry::box);
    }

    long countOf(final int value) {
        final Entry entry = entries.get(value);
        return entry == null ? 0 : entry.count();
    }

    /** A voxel of a class, by its slice and its rank among the voxels of that class in the slice. */
    record Place(int slice, long rank) {
    }

    /** @param rank among all voxels of that value in [z][y][x] order, from 0 */
    Place place(final int value, final long rank) {
        final Entry entry = entries.get(value);
        if (entry == null) {
            throw new IllegalArgumentException("The label has no voxel of value %d".formatted(value));
        }

        long left = rank;
        for (int z = 0; z < depth; z++) {
            if (left < entry.countOfSlice[z]) {
                return new Place(z, left);
            }

            left -= entry.countOfSlice[z];
        }

        throw new IndexOutOfBoundsException("Voxel %d of %d".formatted(rank, entry.count()));
    }

    /** Writes int64 [values][7 + depth]: value, box start z, y, x, box end z, y, x, voxels in each slice. */
    void write(final OutputStream out) throws IOException {
        final int columns = HEAD + depth;
        final long[] rows = new long[entries.size() * columns];
        int start = 0;
        for (final Map.Entry<Integer, Entry> entry : entries.entrySet()) {
            final Box box = entry.getValue().box();
            rows[start] = entry.getKey();
            for (int axis = 0; axis < 3; axis++) {
                rows[start + 1 + axis] = box.start(axis);
                rows[start + 4 + axis] = box.end(axis);
            }

            System.arraycopy(entry.getValue().countOfSlice(), 0, rows, start + HEAD, depth);
            start += columns;
        }

        NpyFile.writeLongs(out, new int[] {entries.size(), columns}, rows);
    }

    /** @throws IOException if the file is not an index of a label with that many slices */
    static LabelIndex read(final Path file, final int depth) throws IOException {
        final NpyFile array = NpyFile.read(file);
        final int columns = HEAD + depth;
        if (array.type() != NpyFile.ElementType.INT64 || array.shape().length != 2 || array.shape()[1] != columns) {
            throw new IOException("%s is not an index of a label with %d slices".formatted(file, depth));
        }

        final long[] rows = array.longs();
        final Map<Integer, Entry> entries = new TreeMap<>();
        for (int start = 0; start < rows.length; start += columns) {
            final long[] counts = new long[depth];
            System.arraycopy(rows, start + HEAD, counts, 0, depth);
            final Box box = new Box((int) rows[start + 1], (int) rows[start + 2], (int) rows[start + 3],
                    (int) rows[start + 4], (int) rows[start + 5], (int) rows[start + 6]);
            entries.put((int) rows[start], new Entry(box, counts));
        }

        return new LabelIndex(depth, entries);
    }
}
