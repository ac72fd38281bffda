/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pictures with a palette of at most 96 colours, which take a third of the space of those without. The palette is chosen by
 * median cut (Heckbert, 1982): the set of colours that is widest, weighed by its pixels, is halved until there are enough sets.
 */
final class PalettePicture {
    private static final int COLOURS = 96;
    private static final double SHARE_OF_PIXELS = 0.2;
    private static final int[] CHANNELS = {16, 8, 0};

    private PalettePicture() {
    }

    /** @return the same picture without transparency, each pixel in the colour of the palette that is nearest to its own */
    static BufferedImage of(final BufferedImage picture) {
        final int width = picture.getWidth();
        final int[] pixels = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
        final List<ColourSet> sets = cut(pixels);
        final int[] palette = sets.stream().mapToInt(ColourSet::mean).toArray();
        final Map<Integer, Integer> places = new HashMap<>();
        sets.forEach(set -> set.colours().forEach(colour -> places.put(colour.rgb(), colour.nearest(palette))));

        final IndexColorModel model = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
        final BufferedImage reduced = new BufferedImage(width, picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        reduced.getRaster().setSamples(0, 0, width, picture.getHeight(), 0, Arrays.stream(pixels).map(places::get).toArray());
        return reduced;
    }

    private static List<ColourSet> cut(final int[] pixels) {
        final Map<Integer, Long> counts = Arrays.stream(pixels).boxed().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        final PriorityQueue<ColourSet> sets = new PriorityQueue<>(Comparator.comparingDouble(ColourSet::weight).reversed());
        sets.add(ColourSet.of(counts.entrySet().stream().map(entry -> new Colour(entry.getKey(), entry.getValue())).toList()));
        while (sets.size() < COLOURS && sets.element().colours().size() > 1) {
            sets.addAll(sets.remove().halves());
        }

        return new ArrayList<>(sets);
    }

    /** A colour, 8 bits a channel, and how many pixels have it. */
    private record Colour(int rgb, long pixels) {
        private int channel(final int shift) {
            return channel(rgb, shift);
        }

        private static int channel(final int rgb, final int shift) {
            return rgb >> shift & 0xff;
        }

        /** @return the index of the colour of the palette that is least away, which need not be that of the own set */
        private int nearest(final int[] palette) {
            return IntStream.range(0, palette.length).boxed().min(Comparator.comparingInt(index -> distance(palette[index]))).orElseThrow();
        }

        private int distance(final int other) {
            return Arrays.stream(CHANNELS).map(shift -> channel(shift) - channel(other, shift)).map(difference -> difference * difference).sum();
        }
    }

    /** Colours that differ most in the channel at this shift, by so much; a set of one colour weighs nothing. */
    private record ColourSet(List<Colour> colours, int shift, double weight) {
        private static ColourSet of(final List<Colour> colours) {
            final int widest = Arrays.stream(CHANNELS).boxed().max(Comparator.comparingInt(shift -> width(colours, shift))).orElseThrow();
            final long pixels = colours.stream().mapToLong(Colour::pixels).sum();
            // Else what covers much of a picture would have most of the palette, and a small coloured sign none.
            return new ColourSet(colours, widest, width(colours, widest) * Math.pow(pixels, SHARE_OF_PIXELS));
        }

        private static int width(final List<Colour> colours, final int shift) {
            final IntSummaryStatistics range = colours.stream().mapToInt(colour -> colour.channel(shift)).summaryStatistics();
            return range.getMax() - range.getMin();
        }

        /** @return two sets, with about half of the pixels each */
        private List<ColourSet> halves() {
            final List<Colour> sorted = colours.stream().sorted(Comparator.comparingInt(colour -> colour.channel(shift))).toList();
            final long half = colours.stream().mapToLong(Colour::pixels).sum() / 2;
            int middle = 1;
            for (long passed = sorted.getFirst().pixels(); passed < half && middle < sorted.size() - 1; middle++) {
                passed += sorted.get(middle).pixels();
            }

            return List.of(of(sorted.subList(0, middle)), of(sorted.subList(middle, sorted.size())));
        }

        private int mean() {
            final long pixels = colours.stream().mapToLong(Colour::pixels).sum();
            return Arrays.stream(CHANNELS).map(channel -> (int) (colours.stream().mapToLong(colour -> colour.channel(channel) * colour.pixels()).sum() / pixels) << channel)
                    .sum();
        }
    }
}
