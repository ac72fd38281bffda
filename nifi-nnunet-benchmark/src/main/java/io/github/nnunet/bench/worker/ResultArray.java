/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.LabelVolume;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An array that both sides have computed, and that can be written as a .npy file. */
sealed interface ResultArray {
    /** @param values in C order, in blocks that follow each other */
    record Floats(int[] shape, float[]... values) implements ResultArray {
    }

    record Labels(int[] shape, byte[] values) implements ResultArray {
    }

    static ResultArray scalars(final float... values) {
        return new Floats(new int[] {values.length}, values);
    }

    /** @return the label map that a file has */
    static ResultArray label(final Path file) throws CaseException, IOException {
        final LabelVolume label = LabelFile.read(file, NiftiLimits.forHeap());
        return new Labels(label.geometry().shape().toArray(), label.voxels());
    }

    default void write(final Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            switch (this) {
                case Floats(final int[] shape, final float[][] values) -> NpyFile.writeFloats(out, shape, values);
                case Labels(final int[] shape, final byte[] values) -> NpyFile.writeBytes(out, shape, values);
            }
        }
    }

    /** As {@link #write}, where a function is called back that may throw no IOException: it is the cause of what is thrown. */
    default void writeUnchecked(final Path file) {
        try {
            write(file);
        } catch (final IOException full) {
            throw new UncheckedIOException(full);
        }
    }
}
