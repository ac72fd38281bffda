/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

/** A whole file, its voxels in as little memory as they take. */
public sealed interface NiftiVoxels {
    NiftiHeader header();

    /**
     * One volume of unsigned bytes that are not scaled, as label maps are.
     *
     * @param values [z*y*x], not copied
     */
    record Bytes(NiftiHeader header, byte[] values) implements NiftiVoxels {
    }

    /** Anything else. */
    record Floats(NiftiImage image) implements NiftiVoxels {
        @Override
        public NiftiHeader header() {
            return image.header();
        }
    }
}
