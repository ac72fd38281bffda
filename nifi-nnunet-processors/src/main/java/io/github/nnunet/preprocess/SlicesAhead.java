/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.volume.SliceSource;
import io.github.nnunet.volume.SliceTeam;

/**
 * Makes some slices at a time, by a team of threads, ahead of those who ask for them one after the other. In memory are two slices
 * for each member.
 */
final class SlicesAhead implements SliceSource {
    private static final int SLICES_PER_MEMBER = 2;

    /** What makes the slices. */
    interface Maker {
        /**
         * Called by one thread, before slices are made.
         *
         * @param z    the first one wanted
         * @param last the last one that might be
         * @return the last one that the members can make at once
         */
        int prepare(int z, int last);

        /** Makes a slice [y][x]; called by all members at once. */
        void make(int member, int z, float[] target, int offset);
    }

    private final SliceTeam team;
    private final Maker maker;
    private final int[] wanted;
    private final int area;
    private final float[] made;
    /** In what is wanted: the first that is made, and the first after it that is not. */
    private int first;
    private int end;

    /**
     * @param wanted the slices that will be asked for, in ascending order, each once or several times in a row
     * @param area   voxels of a slice
     */
    SlicesAhead(final SliceTeam team, final Maker maker, final int[] wanted, final int area) {
        this.team = team;
        this.maker = maker;
        this.wanted = wanted;
        this.area = area;
        this.made = new float[Math.multiplyExact(SLICES_PER_MEMBER * team.size(), area)];
    }

    /** @return bytes that are made ahead */
    static double bytes(final SliceTeam team, final int area) {
        return (double) SLICES_PER_MEMBER * team.size() * area * Float.BYTES;
    }

    @Override
    public void slice(final int z, final float[] target, final int offset) {
        int at = first;
        while (at < end && wanted[at] != z) {
            at++;
        }

        if (at == end) {
            makeFrom(z);
            at = first;
        }

        System.arraycopy(made, (at - first) * area, target, offset, area);
    }

    private void makeFrom(final int z) {
        first = end;
        while (wanted[first] != z) {
            first++;
        }

        end = Math.min(wanted.length, first + SLICES_PER_MEMBER * team.size());
        final int last = maker.prepare(z, wanted[end - 1]);
        while (wanted[end - 1] > last) {
            end--;
        }

        team.forEach(end - first, (member, i) -> maker.make(member, wanted[first + i], made, i * area));
    }
}
