/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

/** Where the weighed logits of windows are added up. */
sealed interface LogitSums {

    static LogitSums of(final int outputs, final int voxels) {
        return outputs < Logits.MANY_OUTPUTS ? new Single(new float[outputs][voxels]) : new Half(new short[outputs][voxels]);
    }

    /**
     * Adds {@code row[i] * factors[i]} to the voxel {@code origin + i * step}.
     *
     * @param step  1, or -1 for a row of a mirrored pass
     * @param first the first i
     * @param end   the first i that is left out
     */
    void add(int output, int origin, int step, float[] row, float[] factors, int first, int end);

    /** @return the sums as they are kept; nothing can be added afterwards */
    Logits logits();

    /** @return whether none is NaN or infinite */
    boolean areFinite();

    /** In single precision. */
    record Single(float[][] sums) implements LogitSums {
        @Override
        public void add(final int output, final int origin, final int step, final float[] row, final float[] factors, final int first, final int end) {
            final float[] target = sums[output];
            if (step > 0) {
                for (int x = first; x < end; x++) {
                    target[origin + x] += row[x] * factors[x];
                }
            } else {
                for (int x = first; x < end; x++) {
                    target[origin - x] += row[x] * factors[x];
                }
            }
        }

        @Override
        public Logits logits() {
            return new Logits.Single(sums);
        }

        /** NaN and infinity survive a sum of differences, so one pass without branches finds them. */
        @Override
        public boolean areFinite() {
            float trace = 0;
            for (final float[] output : sums) {
                for (final float sum : output) {
                    trace += sum - sum;
                }
            }

            return trace == 0;
        }
    }

    /** In half precision, each addition rounded. */
    record Half(short[][] sums) implements LogitSums {
        private static final int EXPONENT = 0x7c00;

        @Override
        public void add(final int output, final int origin, final int step, final float[] row, final float[] factors, final int first, final int end) {
            final short[] target = sums[output];
            if (step > 0) {
                for (int x = first; x < end; x++) {
                    target[origin + x] = Float.floatToFloat16(Float.float16ToFloat(target[origin + x]) + row[x] * factors[x]);
                }
            } else {
                for (int x = first; x < end; x++) {
                    target[origin - x] = Float.floatToFloat16(Float.float16ToFloat(target[origin - x]) + row[x] * factors[x]);
                }
            }
        }

        @Override
        public Logits logits() {
            return new Logits.Half(sums);
        }

        @Override
        public boolean areFinite() {
            for (final short[] output : sums) {
                for (final short sum : output) {
                    if ((sum & EXPONENT) == EXPONENT) {
                        return false;
                    }
                }
            }

            return true;
        }
    }
}
