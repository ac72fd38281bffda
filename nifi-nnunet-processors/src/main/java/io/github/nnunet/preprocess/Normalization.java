/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import io.github.nnunet.dataset.CtStatistics;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.ScanCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Scales the intensities of a case. MRI: each channel by mean and standard deviation of its own voxels that are not
 * 0; zeros stay 0. CT: all voxels clipped and scaled by statistics of the dataset.
 */
public final class Normalization {
    private Normalization() {
    }

    /**
     * @param scanCase          a case, resampled if it is to be
     * @param modality          how its intensities are scaled
     * @param statistics        for CT
     * @param foregroundChannel whether a mask of the foreground follows as one more channel
     * @return the case with new channels; grid and label stay
     * @throws CaseException if the statistics of a CT are missing or unusable
     */
    public static ScanCase apply(final ScanCase scanCase, final Modality modality, final Optional<CtStatistics> statistics,
                                 final ForegroundChannel foregroundChannel) throws CaseException {
        final float[][] scaled = modality == Modality.CT ? scaleByDataset(scanCase.channels(), usable(statistics)) : scaleByItself(scanCase.channels());
        final String note = String.format(Locale.ROOT, "%s, foreground channel %s", modality, foregroundChannel.name().toLowerCase(Locale.ROOT));
        final CaseHistory history = scanCase.history().withNote("normalize", note);
        final byte[] label = scanCase.label().orElse(null);
        final float[][] channels = switch (foregroundChannel) {
            case NONE -> scaled;
            case ABOVE_ZERO -> append(scaled, foreground(scanCase.channels()));
            case ABOVE_MEAN -> scaledAgain(scaled);
        };
        final List<String> names = new ArrayList<>(scanCase.channelNames());
        if (foregroundChannel != ForegroundChannel.NONE) {
            names.add(ForegroundChannel.CHANNEL_NAME);
        }

        return new ScanCase(names, channels, label, scanCase.geometry(), history);
    }

    private static CtStatistics usable(final Optional<CtStatistics> statistics) throws CaseException {
        final CtStatistics found = statistics.orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                "The case is a CT, but its plan has no intensity statistics: take a plan made from the training images, or set minimum, maximum, mean and deviation."));
        final boolean finite = Double.isFinite(found.mean()) && Double.isFinite(found.std()) && !Double.isNaN(found.min()) && !Double.isNaN(found.max());
        if (finite && found.std() >= 0 && found.min() <= found.max()) {
            return found;
        }
        throw new CaseException(FaultCategory.UNSUPPORTED, String.format(Locale.ROOT,
                "The CT statistics of the plan cannot be used (minimum %s, maximum %s, mean %s, deviation %s): make the plan again from the training images.",
                found.min(), found.max(), found.mean(), found.std()));
    }

    private static float[][] scaleByDataset(final float[][] channels, final CtStatistics statistics) {
        final ValueRange range = new ValueRange((float) statistics.min(), (float) statistics.max());
        final float mean = (float) statistics.mean();
        final float deviation = orOne(statistics.std());
        final float[][] scaled = new float[channels.length][];
        for (int channel = 0; channel < channels.length; channel++) {
            final float[] source = channels[channel];
            final float[] result = new float[source.length];
            for (int i = 0; i < source.length; i++) {
                result[i] = (range.clip(source[i]) - mean) / deviation;
            }

            scaled[channel] = result;
        }

        return scaled;
    }

    private static float[][] scaleByItself(final float[][] channels) {
        final float[][] scaled = new float[channels.length][];
        for (int channel = 0; channel < channels.length; channel++) {
            scaled[channel] = new float[channels[channel].length];
            scaleByItself(channels[channel], scaled[channel]);
        }

        return scaled;
    }

    /** In the same arrays: they are this step's own. */
    private static float[][] scaledAgain(final float[][] scaled) {
        final float[] mask = foreground(scaled);
        for (final float[] channel : scaled) {
            scaleByItself(channel, channel);
        }

        return append(scaled, mask);
    }

    private static void scaleByItself(final float[] source, final float[] result) {
        final IntensityMoments moments = IntensityMoments.ofNonZero(source);
        final float mean = (float) moments.mean();
        final float deviation = orOne(moments.deviation());
        for (int i = 0; i < source.length; i++) {
            final float value = source[i];
            // 1, or 0 where the value is 0: a choice between two results would keep the loop from being vectorised.
            final float counts = Math.abs(Math.signum(value));
            // Adding 0 makes 0 of -0.
            result[i] = (value - mean) / deviation * counts + 0f;
        }
    }

    private static float orOne(final double deviation) {
        final float rounded = (float) deviation;
        return rounded == 0 ? 1 : rounded;
    }

    /** @return 1 where every channel is above 0, else 0 */
    private static float[] foreground(final float[][] channels) {
        final float[] mask = new float[channels[0].length];
        Arrays.fill(mask, 1);
        for (final float[] channel : channels) {
            for (int i = 0; i < mask.length; i++) {
                mask[i] = channel[i] > 0 ? mask[i] : 0;
            }
        }

        return mask;
    }

    private static float[][] append(final float[][] channels, final float[] last) {
        final float[][] more = Arrays.copyOf(channels, channels.length + 1);
        more[channels.length] = last;
        return more;
    }
}
