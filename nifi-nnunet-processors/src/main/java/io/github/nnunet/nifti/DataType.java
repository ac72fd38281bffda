/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import java.util.Optional;

/** How a NIfTI file stores a voxel's value. Codes and sizes are those of nifti1.h. */
public enum DataType {
    UINT8(2, 1, true, "8-bit unsigned integers"),
    INT16(4, 2, true, "16-bit integers"),
    INT32(8, 4, true, "32-bit integers"),
    FLOAT32(16, 4, true, "32-bit floating point numbers"),
    FLOAT64(64, 8, true, "64-bit floating point numbers"),
    INT8(256, 1, true, "8-bit integers"),
    UINT16(512, 2, true, "16-bit unsigned integers"),
    UINT32(768, 4, true, "32-bit unsigned integers"),
    INT64(1024, 8, true, "64-bit integers"),
    UINT64(1280, 8, true, "64-bit unsigned integers"),
    BINARY(1, 1, false, "single bits"),
    COMPLEX64(32, 8, false, "complex numbers"),
    RGB24(128, 3, false, "RGB colours"),
    FLOAT128(1536, 16, false, "128-bit floating point numbers"),
    COMPLEX128(1792, 16, false, "64-bit complex numbers"),
    COMPLEX256(2048, 32, false, "128-bit complex numbers"),
    RGBA32(2304, 4, false, "RGBA colours");

    private final int code;
    private final int bytes;
    private final boolean readable;
    private final String words;

    DataType(final int code, final int bytes, final boolean readable, final String words) {
        this.code = code;
        this.bytes = bytes;
        this.readable = readable;
        this.words = words;
    }

    /** @return the type of a header's {@code datatype} field, empty if the standard has no such code */
    public static Optional<DataType> of(final int code) {
        for (final DataType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }

        return Optional.empty();
    }

    public int code() {
        return code;
    }

    /** @return bytes of a voxel */
    public int bytes() {
        return bytes;
    }

    /** @return whether voxels of this type are one real number that a float can stand for */
    public boolean isReadable() {
        return readable;
    }

    /** @return what people call values of this type */
    public String words() {
        return words;
    }
}
