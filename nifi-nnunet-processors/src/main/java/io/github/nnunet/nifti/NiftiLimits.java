/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

/**
 * What a file may ask for before its voxels are given memory.
 *
 * @param maxVoxels the most voxels of one volume
 * @param maxBytes  the most bytes that all its volumes may take as float32
 */
public record NiftiLimits(long maxVoxels, long maxBytes) {

    /** The longest array that common Java machines give. */
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8L;

    public NiftiLimits {
        if (maxVoxels < 1 || maxBytes < 4) {
            throw new IllegalArgumentException("Limits of %d voxels and %d bytes let nothing through".formatted(maxVoxels, maxBytes));
        }
        maxVoxels = Math.min(maxVoxels, LONGEST_ARRAY);
    }

    /** @return limits for this Java machine: a scan may take three quarters of the largest heap */
    public static NiftiLimits forHeap() {
        return new NiftiLimits(LONGEST_ARRAY, Math.max(4, Runtime.getRuntime().maxMemory() / 4 * 3));
    }
}
