/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

/**
 * Logits of a volume, by output. Of many outputs they are kept in half precision, as nnU-Net keeps them: that is three decimal
 * digits, in half the memory.
 */
public sealed interface Logits {
    /** From so many outputs on, half precision is worth its digits. */
    int MANY_OUTPUTS = 16;

    /** @param values [output][z*y*x], not copied */
    record Single(float[][] values) implements Logits {
        @Override
        public int outputs() {
            return values.length;
        }

        @Override
        public float[] output(final int output) {
            return values[output];
        }

        @Override
        public void read(final int output, final int start, final float[] row, final int length) {
            System.arraycopy(values[output], start, row, 0, length);
        }

        @Override
        public int voxels(final int output) {
            return values[output].length;
        }
    }

    /** @param values [output][z*y*x] bits of IEEE 754 binary16 numbers, not copied */
    record Half(short[][] values) implements Logits {
        @Override
        public int outputs() {
            return values.length;
        }

        @Override
        public float[] output(final int output) {
            final float[] volume = new float[values[output].length];
            read(output, 0, volume, volume.length);
            return volume;
        }

        @Override
        public void read(final int output, final int start, final float[] row, final int length) {
            final short[] source = values[output];
            for (int i = 0; i < length; i++) {
                row[i] = Float.float16ToFloat(source[start + i]);
            }
        }

        @Override
        public int voxels(final int output) {
            return values[output].length;
        }
    }

    int outputs();

    /** @return how many voxels an output has */
    int voxels(int output);

    /** @return one output [z*y*x]: in single precision the array that is kept, not to be changed, else a new one */
    float[] output(int output);

    /**
     * Copies logits that follow each other.
     *
     * @param start position of the first in the volume
     * @param row   gets them, from its beginning on
     */
    void read(int output, int start, float[] row, int length);

    /** @return all outputs in single precision, [output][z*y*x]; those of {@link #output} */
    default float[][] volumes() {
        final float[][] volumes = new float[outputs()][];
        for (int output = 0; output < volumes.length; output++) {
            volumes[output] = output(output);
        }

        return volumes;
    }

    /** @return bytes of memory that the logits of a volume take, that of one output in single precision included */
    static double bytes(final int outputs, final long voxels) {
        return outputs < MANY_OUTPUTS ? (double) Float.BYTES * outputs * voxels : (double) Short.BYTES * outputs * voxels + (double) Float.BYTES * voxels;
    }
}
