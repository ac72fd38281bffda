/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Patches of one step, in memory that libtorch can read without a copy. Used again for later steps. */
public final class TrainingBatch {
    private final ByteBuffer imageBytes;
    private final FloatBuffer images;
    private final ByteBuffer targets;

    TrainingBatch(final int patches, final int channels, final int voxels) {
        imageBytes = ByteBuffer.allocateDirect(Math.multiplyExact(Math.multiplyExact(patches, channels), Math.multiplyExact(voxels, Float.BYTES)))
                .order(ByteOrder.nativeOrder());
        images = imageBytes.asFloatBuffer();
        targets = ByteBuffer.allocateDirect(Math.multiplyExact(patches, voxels)).order(ByteOrder.nativeOrder());
    }

    void put(final int index, final float[] image, final byte[] target) {
        images.put(index * image.length, image);
        targets.put(index * target.length, target);
    }

    /** @return [patch][channel][z][y][x] */
    FloatBuffer images() {
        return images;
    }

    /** @return the same memory as {@link #images()}: DJL takes bytes as they are, and copies floats */
    public ByteBuffer imageBytes() {
        return imageBytes;
    }

    /** @return [patch][z][y][x], what {@link TargetMap} makes of labels */
    ByteBuffer targets() {
        return targets;
    }
}
