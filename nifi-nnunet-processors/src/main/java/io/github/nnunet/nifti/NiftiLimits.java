/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.util.Locale;

/**
 * What a file may ask for before its voxels are given memory.
 *
 * @param maxVoxels the most voxels of one volume
 * @param maxBytes  the most bytes that all its volumes may take as float32; several volumes count 24 bytes more each
 */
public record NiftiLimits(long maxVoxels, long maxBytes) {

    /** The longest array that common Java machines give. */
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8L;

    /** Its header and the reference to it. */
    private static final long BYTES_OF_AN_ARRAY = 24;

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

    /**
     * @param name what the message calls the file
     * @throws CaseException if the file asks for more, saying how much
     */
    public void require(final NiftiHeader header, final String name) throws CaseException {
        final long bytes = header.floatBytes();
        // Millions of tiny volumes cost more as arrays than their voxels do.
        final long arrayBytes = header.volumes() > 1 ? (long) header.volumes() * BYTES_OF_AN_ARRAY : 0;
        if (bytes > maxBytes || arrayBytes > maxBytes - bytes) {
            throw new CaseException(FaultCategory.MEMORY, "%s needs %s of memory for its voxels, and at most %s are there. Give Java a larger heap or cut the scan."
                    .formatted(name, words(bytes > maxBytes ? bytes : bytes + arrayBytes), words(maxBytes)));
        }

        if (header.voxels() > maxVoxels) {
            throw new CaseException(FaultCategory.MEMORY, "%s has volumes of %d voxels, and at most %d can be worked on. Cut the scan or choose a coarser grid."
                    .formatted(name, header.voxels(), maxVoxels));
        }
    }

    private static String words(final long bytes) {
        final String[] units = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
        double amount = bytes;
        int unit = 0;
        while (amount >= 1000 && unit < units.length - 1) {
            amount /= 1000;
            unit++;
        }

        return unit == 0 ? "%d bytes".formatted(bytes) : String.format(Locale.ROOT, "%.1f %s", amount, units[unit]);
    }
}
