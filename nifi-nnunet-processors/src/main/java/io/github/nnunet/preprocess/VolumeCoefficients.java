/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.SliceTeam;

import java.util.stream.Stream;

/**
 * Coefficients of a whole volume, a slab of some slices at a time. In double precision all of them would take more than
 * twice the memory of the volume. So the recursion along z is run once, only to keep what it has come to between slabs, in
 * both directions; from there each slab's part is run again when the slab is wanted. The numbers are the same, bit by bit.
 */
final class VolumeCoefficients implements SplineCoefficients {
    private static final int MARGIN = SplineFilter.MARGIN;
    /** Lines filtered side by side: so many that their scratch stays in the processor's cache. */
    private static final int BLOCK = 128;
    /** Slices before the one asked for last that are still wanted. */
    private static final int KEPT = 3;

    private final float[] source;
    private final Shape shape;
    private final SliceTeam team;
    /** One for each member of the team. */
    private final SplinePlane[] planes;
    private final int slabSlices;
    /** [slab][y*x] the forward recursion just before the slab. */
    private final double[][] before;
    /** [slab][y*x] the coefficients along z just after the slab. */
    private final double[][] after;
    private final double[][] ring;
    private int slab = -1;

    /**
     * @param source [z][y][x], not changed, read until the last slice was asked for
     * @param team   works on each slab together
     */
    VolumeCoefficients(final float[] source, final Shape shape, final SliceTeam team) {
        this.source = source;
        this.shape = shape;
        this.team = team;
        this.planes = Stream.generate(() -> new SplinePlane(shape)).limit(team.size()).toArray(SplinePlane[]::new);
        this.slabSlices = slabSlices(shape);
        final int slabs = slabs(shape);
        final int area = shape.height() * shape.width();
        this.before = new double[slabs][area];
        this.after = new double[slabs][area];
        this.ring = new double[slabSlices + KEPT][];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = planes[0].empty();
        }

        final SplineFilter[] filters = Stream.generate(() -> new SplineFilter(shape.depth(), Math.min(BLOCK, shape.width()))).limit(team.size()).toArray(SplineFilter[]::new);
        team.forEach(shape.height(), (member, y) -> {
            for (int x = 0; x < shape.width(); x += BLOCK) {
                runAlongZ(filters[member], y, x);
            }
        });
    }

    /** As many as make the sum of what is kept for each slab, twice, and of a slab's slices the smallest. */
    private static int slabSlices(final Shape shape) {
        return (int) Math.ceil(Math.sqrt(2.0 * slices(shape)));
    }

    private static int slices(final Shape shape) {
        return shape.depth() + 2 * MARGIN;
    }

    private static int slabs(final Shape shape) {
        return Math.ceilDiv(slices(shape), slabSlices(shape));
    }

    /** @return bytes of memory that this takes for a volume */
    static double bytes(final Shape shape) {
        final double area = (shape.height() + 2.0 * MARGIN) * (shape.width() + 2.0 * MARGIN);
        return Double.BYTES * area * (2 * slabs(shape) + slabSlices(shape) + KEPT);
    }

    private void runAlongZ(final SplineFilter filter, final int y, final int startX) {
        final int columns = Math.min(BLOCK, shape.width() - startX);
        for (int z = 0; z < shape.depth(); z++) {
            final double[] sample = filter.sample(z);
            final int from = shape.index(z, y, startX);
            for (int x = 0; x < columns; x++) {
                sample[x] = source[from + x];
            }
        }

        final int to = y * shape.width() + startX;
        filter.filterForward(columns);
        for (int i = 0; i < before.length; i++) {
            System.arraycopy(filter.coefficient(firstSlice(i) - MARGIN - 1), 0, before[i], to, columns);
        }

        filter.filterBackward(columns);
        for (int i = 0; i < after.length; i++) {
            System.arraycopy(filter.coefficient(endSlice(i) - MARGIN), 0, after[i], to, columns);
        }
    }

    private int firstSlice(final int number) {
        return number * slabSlices;
    }

    private int endSlice(final int number) {
        return Math.min(firstSlice(number + 1), slices(shape));
    }

    @Override
    public double[] slice(final int index) {
        final int wanted = index / slabSlices;
        if (wanted > slab) {
            slab = wanted;
            fillSlab();
        }

        return ring[index % ring.length];
    }

    /** @return the highest index of a slice that is there without work, once {@code index} was asked for */
    int present(final int index) {
        slice(index);
        return endSlice(slab) - 1;
    }

    private void fillSlab() {
        final int first = firstSlice(slab);
        final int end = endSlice(slab);
        team.forEach(shape.height(), (member, y) -> {
            for (int index = first; index < end; index++) {
                runForward(index, y, index == first);
            }

            for (int index = end - 1; index >= first; index--) {
                runBackward(index, y, index == end - 1);
            }
        });
        team.forEach(end - first, (member, i) -> planes[member].filter(ring[(first + i) % ring.length]));
    }

    private void runForward(final int index, final int y, final boolean isFirst) {
        final double[] slice = ring[index % ring.length];
        final double[] previous = isFirst ? before[slab] : ring[(index - 1) % ring.length];
        final int z = Math.clamp(index - MARGIN, 0, shape.depth() - 1);
        final int row = planes[0].start(y);
        SplineFilter.runForward(source, shape.index(z, y, 0), previous, isFirst ? y * shape.width() : row, slice, row, shape.width());
    }

    private void runBackward(final int index, final int y, final boolean isLast) {
        final double[] slice = ring[index % ring.length];
        final double[] next = isLast ? after[slab] : ring[(index + 1) % ring.length];
        final int row = planes[0].start(y);
        SplineFilter.runBackward(slice, row, next, isLast ? y * shape.width() : row, shape.width());
    }

    @Override
    public int height() {
        return planes[0].height();
    }

    @Override
    public int width() {
        return planes[0].width();
    }
}
