/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.util.Arrays;

/**
 * A piece of data that a NIfTI file carries between its header and its voxels.
 *
 * @param code    whose data it is: 4 AFNI, 6 plain text, and so on
 * @param content the data, to the end of its slot: writers fill up with zeros to the next 16 bytes
 */
public record NiftiExtension(int code, byte[] content) {

    /** Text for everyone: NIFTI_ECODE_COMMENT. */
    public static final int COMMENT = 6;

    /** @return bytes in the file: size and code, the content, and zeros up to a multiple of 16 */
    int slotBytes() {
        return Math.toIntExact((8L + content.length + 15) / 16 * 16);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final NiftiExtension that && code == that.code && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content) * 31 + code;
    }

    @Override
    public String toString() {
        return "extension %d of %d bytes".formatted(code, content.length);
    }
}
