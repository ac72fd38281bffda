/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.util.List;

/** A NIfTI file in memory: its header and its values after scaling. Values may be NaN or infinite if the file has such. */
public final class NiftiImage {
    private final NiftiHeader header;
    private final float[][] volumes;

    /**
     * @param header  what the file says
     * @param volumes [volume][z*y*x], not copied
     */
    public NiftiImage(final NiftiHeader header, final float[][] volumes) {
        if (volumes.length != header.volumes()) {
            throw new IllegalArgumentException("%d volumes where the header says %d".formatted(volumes.length, header.volumes()));
        }

        this.header = header;
        this.volumes = volumes;
    }

    public NiftiHeader header() {
        return header;
    }

    public List<NiftiExtension> extensions() {
        return header.extensions();
    }

    /** @return number of volumes */
    public int volumeCount() {
        return volumes.length;
    }

    /** @return the values of one volume [z*y*x], not a copy */
    public float[] volume(final int index) {
        return volumes[index];
    }

    /** @return all values [volume][z*y*x], not a copy */
    public float[][] volumes() {
        return volumes;
    }
}
