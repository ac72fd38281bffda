/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.Shape;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws a patch from a case. With a given probability the patch is drawn about the box of a random structure: it covers
 * the box, or lies within it along axes where the box is larger. Otherwise, and where the case has no structure, it is
 * drawn from the whole volume. What lies outside the volume is 0. In 2D the patch has depth 1 and is one slice.
 */
final class PatchSampler {
    private final Shape shape;
    private final double oversampling;
    private final PatchRotation rotation;

    /**
     * @param shape        of the patches
     * @param oversampling probability of drawing about a structure
     * @param rotation     probability of turning the patch
     */
    PatchSampler(final Shape shape, final double oversampling, final double rotation) {
        this.shape = shape;
        this.oversampling = oversampling;
        this.rotation = new PatchRotation(rotation, shape);
    }

    Patch draw(final PreparedCase source, final RandomGenerator random) {
        final Box region = chooseRegion(source, random);
        final int[] start = new int[3];
        for (int axis = 0; axis < start.length; axis++) {
            start[axis] = chooseStart(region.start(axis), region.end(axis), shape.size(axis), source.shape().size(axis), random);
        }

        return rotation.isDue(random) ? rotation.draw(source, start, random) : read(source, start, shape);
    }

    /** @return a box of a case, with zeros beyond the volume */
    static Patch read(final PreparedCase source, final int[] start, final Shape shape) {
        final Patch patch = Patch.empty(shape, source.channels());
        for (int channel = 0; channel < source.channels(); channel++) {
            source.readRegion(channel, start[0], start[1], start[2], shape, patch.image(), channel * shape.voxels());
        }

        source.readLabel(start[0], start[1], start[2], shape, patch.label(), 0);
        return patch;
    }

    private Box chooseRegion(final PreparedCase source, final RandomGenerator random) {
        final Box whole = Box.whole(source.shape());
        final boolean isAboutStructure = random.nextDouble() < oversampling;
        final List<Integer> values = List.copyOf(source.foregroundValues());
        if (!isAboutStructure || values.isEmpty()) {
            return whole;
        }

        final int value = values.get(random.nextInt(values.size()));
        return source.boxOf(value).orElse(whole);
    }

    /** Along one axis: uniform among the starts that cover the region or lie within it, then moved into the volume. */
    static int chooseStart(final int regionStart, final int regionEnd, final int patch, final int volume, final RandomGenerator random) {
        final int one = regionStart;
        final int other = regionEnd - patch;
        final int lowest = Math.min(one, other);
        final int start = lowest + random.nextInt(Math.abs(one - other) + 1);
        // A volume smaller than the patch lies anywhere inside it.
        return Math.clamp(start, Math.min(0, volume - patch), Math.max(0, volume - patch));
    }
}
