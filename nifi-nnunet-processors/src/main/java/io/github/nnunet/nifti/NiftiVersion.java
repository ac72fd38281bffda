/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

/** The two layouts of a NIfTI header: NIfTI-1 has 16-bit sizes and float32 geometry, NIfTI-2 has 64-bit sizes and float64 geometry. */
public enum NiftiVersion {
    ONE(348, "n+1", "ni1"),
    TWO(540, "n+2", "ni2");

    private final int headerBytes;
    private final String singleMagic;
    private final String pairMagic;

    NiftiVersion(final int headerBytes, final String singleMagic, final String pairMagic) {
        this.headerBytes = headerBytes;
        this.singleMagic = singleMagic;
        this.pairMagic = pairMagic;
    }

    /** @return length of the header without the extension flag: what its first field says */
    public int headerBytes() {
        return headerBytes;
    }

    /** @return the lowest place of voxels in a single file: after the header and the four bytes of the extension flag */
    public int minimumVoxelOffset() {
        return headerBytes + 4;
    }

    String singleMagic() {
        return singleMagic;
    }

    String pairMagic() {
        return pairMagic;
    }
}
