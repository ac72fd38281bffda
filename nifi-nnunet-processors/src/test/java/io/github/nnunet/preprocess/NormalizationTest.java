/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NormalizationTest {
    private static final Shape SHAPE = new Shape(1, 1, 4);

    @Test
    void magneticResonanceIsScaledByItsVoxelsThatAreNotZero() throws CaseException {
        assertArrayEquals(new float[] {-1.2247449f, 0, 1.2247449f, 0}, mri(ForegroundChannel.NONE, new float[] {10, 0, 30, 20}).channel(0), 1e-6f);
        assertArrayEquals(new float[] {-1, 0, 1, 0}, mri(ForegroundChannel.NONE, new float[] {10, 0, 30, 0}).channel(0));
    }

    @Test
    void tinyValuesOfInterpolationCount() throws CaseException {
        final float[] scaled = mri(ForegroundChannel.NONE, new float[] {Float.MIN_VALUE, 0, 2, 0}).channel(0);
        assertArrayEquals(new float[] {-1, 0, 1, 0}, scaled);
    }

    @Test
    void zerosStayPositiveZerosOnEitherSideOfTheMean() throws CaseException {
        for (final float sign : new float[] {1, -1}) {
            final float[] scaled = mri(ForegroundChannel.NONE, new float[] {10 * sign, 0, -0f, 30 * sign}).channel(0);
            assertEquals(0, Float.floatToRawIntBits(scaled[1]));
            assertEquals(0, Float.floatToRawIntBits(scaled[2]));
        }
    }

    @Test
    void valuesOfManyVoxelsAreTheQuotientsThemselves() throws CaseException {
        final float[] values = new float[1027];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? 0 : i * 0.37f - 100;
        }

        final IntensityMoments moments = IntensityMoments.ofNonZero(values);
        final Shape line = new Shape(1, 1, values.length);
        final float[] scaled = Normalization.apply(Cases.of(line, values), Modality.MRI, Optional.empty(), ForegroundChannel.NONE).channel(0);
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i] == 0 ? 0 : (values[i] - (float) moments.mean()) / (float) moments.deviation(), scaled[i]);
        }
    }

    @Test
    void constantAndEmptyChannelsBecomeZero() throws CaseException {
        final ScanCase scaled = mri(ForegroundChannel.NONE, new float[] {0.1f, 0.1f, 0, 0.1f}, new float[4]);
        assertArrayEquals(new float[4], scaled.channel(0));
        assertArrayEquals(new float[4], scaled.channel(1));
    }

    @Test
    void tomographyIsClippedAndScaledByItsDataset() throws CaseException {
        final ScanCase scan = Cases.of(SHAPE, new float[] {-1000, 0, 50, 3000});
        final ScanCase scaled = Normalization.apply(scan, Modality.CT, Optional.of(new CtStatistics(-100, 200, 50, 50)), ForegroundChannel.NONE);
        assertArrayEquals(new float[] {-3, -1, 0, 3}, scaled.channel(0));
    }

    @Test
    void tomographyWithoutUsableStatisticsIsRefused() {
        final ScanCase scan = Cases.of(SHAPE, new float[4]);
        final CaseException missing = assertThrows(CaseException.class,
                () -> Normalization.apply(scan, Modality.CT, Optional.empty(), ForegroundChannel.NONE));
        assertTrue(missing.getMessage().contains("no intensity statistics"), missing.getMessage());
        assertThrows(CaseException.class,
                () -> Normalization.apply(scan, Modality.CT, Optional.of(new CtStatistics(0, 1, Double.NaN, 1)), ForegroundChannel.NONE));
    }

    @Test
    void foregroundChannelMarksVoxelsAboveZeroInEveryChannel() throws CaseException {
        final ScanCase scaled = mri(ForegroundChannel.ABOVE_ZERO, new float[] {10, 0, 30, 40}, new float[] {5, 7, 0, 6});
        assertEquals(List.of("0", "1", "foreground"), scaled.channelNames());
        assertArrayEquals(new float[] {1, 0, 0, 1}, scaled.channel(2));
    }

    @Test
    void foregroundChannelOfTheReferenceMarksVoxelsAboveTheMean() throws CaseException {
        final ScanCase scaled = mri(ForegroundChannel.ABOVE_MEAN, new float[] {10, 0, 30, 0});
        assertArrayEquals(new float[] {0, 0, 1, 0}, scaled.channel(1));
        assertArrayEquals(new float[] {-1, 0, 1, 0}, scaled.channel(0), 1e-6f);
    }

    @Test
    void whatWasDoneIsNoted() throws CaseException {
        assertEquals("MRI, foreground channel none", mri(ForegroundChannel.NONE, new float[4]).history().notes().get("normalize"));
    }

    private static ScanCase mri(final ForegroundChannel foreground, final float[]... channels) throws CaseException {
        return Normalization.apply(Cases.of(SHAPE, channels), Modality.MRI, Optional.empty(), foreground);
    }
}
