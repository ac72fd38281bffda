/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the name of an image file says.
 *
 * @param id      the name without its ending and without the channel number
 * @param channel the number of nnU-Net v2's file names, such as 1 in {@code brain_007_0001.nii.gz}
 */
record ImageName(String id, Optional<Integer> channel) {
    static final List<String> ENDINGS = List.of(".nii.gz", ".nii", ".hdr", ".img");
    private static final Pattern WITH_CHANNEL = Pattern.compile("(.+)_(\\d{4})");
    /** macOS leaves such files with the attributes of the real ones. */
    private static final String APPLE_DOUBLE = "._";

    /** The name as Medical Segmentation Decathlon has it: no channel number. */
    static String plainId(final Path file) {
        final String name = file.getFileName().toString();
        for (final String ending : ENDINGS) {
            if (name.toLowerCase(Locale.ROOT).endsWith(ending)) {
                return name.substring(0, name.length() - ending.length());
            }
        }

        return name;
    }

    /** The name as nnU-Net v2 has it, if it ends in a channel number. */
    static ImageName of(final Path file) {
        final String plain = plainId(file);
        final Matcher matcher = WITH_CHANNEL.matcher(plain);
        if (matcher.matches()) {
            return new ImageName(matcher.group(1), Optional.of(Integer.parseInt(matcher.group(2))));
        }

        return new ImageName(plain, Optional.empty());
    }

    static boolean isLeftover(final Path file) {
        return file.getFileName().toString().startsWith(APPLE_DOUBLE);
    }

    /** @return the images in a folder, sorted; empty if there is no such folder. Of a .hdr/.img pair, the .hdr */
    static List<Path> imagesIn(final Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }

        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).filter(ImageName::isImage).sorted().toList();
        }
    }

    private static boolean isImage(final Path file) {
        final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && !name.endsWith(".img") && ENDINGS.stream().anyMatch(name::endsWith);
    }
}
