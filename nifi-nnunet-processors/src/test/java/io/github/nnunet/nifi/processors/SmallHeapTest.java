/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What the documentation promises: a step of preparation takes at most twice the float32 size of its case, heap and direct memory
 * together. Each test starts a Java machine that has no more than that, and what NiFi's classes take.
 */
class SmallHeapTest {
    private static final Shape SHAPE = new Shape(120, 180, 180);
    private static final int CLASSES_MEBIBYTES = 20;
    private static final int DIRECT_MEBIBYTES = 4;
    private static final double BYTES_A_MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private static ScanCase noise(final int channels, final boolean isLabelled) {
        final float[][] volumes = new float[channels][SHAPE.voxels()];
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < volumes[channel].length; i++) {
                volumes[channel][i] = 1 + (i * 31 + channel) % 97;
            }
        }

        final Geometry geometry = new Geometry(SHAPE, Orientation.aligned(1, 1, 1));
        final List<String> names = IntStream.range(0, channels).mapToObj(Integer::toString).toList();
        return new ScanCase(names, volumes, isLabelled ? new byte[SHAPE.voxels()] : null, geometry, CaseHistory.of(geometry));
    }

    private void write(final String name, final ScanCase scanCase) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            CaseFile.write(out, scanCase);
        }
    }

    private List<String> run(final double mebibytes, final String... steps) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx%dm".formatted(Math.round(mebibytes) + CLASSES_MEBIBYTES - DIRECT_MEBIBYTES), "-XX:MaxDirectMemorySize=%dm".formatted(DIRECT_MEBIBYTES),
                "-XX:+UseG1GC", "-XX:G1HeapRegionSize=1m", "-cp", System.getProperty("java.class.path"), SmallHeapProgram.class.getName(), folder.toString()));
        command.addAll(List.of(steps));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream in = process.getInputStream()) {
            final String output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            return output.lines().filter(line -> List.of(steps).stream().anyMatch(step -> line.startsWith(step + ": "))).toList();
        }
    }

    private static double twice(final int volumes) {
        return 2.0 * volumes * SHAPE.voxels() * Float.BYTES / BYTES_A_MEBIBYTE;
    }

    private static List<String> done(final String... steps) {
        return List.of(steps).stream().map(step -> step + ": done").toList();
    }

    @Test
    void channelsWithTheirLabelArePreparedInTwiceTheirSize() throws IOException, InterruptedException {
        write("case_t1.nii", noise(1, false));
        write("case_t2.nii", noise(1, false));
        try (OutputStream out = Files.newOutputStream(folder.resolve("case_seg.nii"))) {
            LabelFile.write(out, new byte[SHAPE.voxels()], noise(1, false).geometry(), false);
        }

        final String[] steps = {"StackModalities", "FetchCase", "CropNonZero", "Resample", "Normalize", "PadToPatch"};
        assertEquals(done(steps), run(twice(3), steps));
    }

    @Test
    void aSingleUnlabelledChannelIsPreparedInTwiceItsSize() throws IOException, InterruptedException {
        write("case.nii", noise(1, false));
        final String[] steps = {"CropNonZero", "Resample", "Normalize", "PadToPatch"};
        assertEquals(done(steps), run(twice(1), steps));
    }

    @Test
    void theForegroundChannelIsAddedInTwiceTheSizeThatItMakes() throws IOException, InterruptedException {
        write("case.nii", noise(1, false));
        assertEquals(done("Foreground"), run(twice(2), "Foreground"));
    }

    @Test
    void aCaseThatCannotFitIsRefusedByItsHeaderWithTheFigures() throws IOException, InterruptedException {
        write("case.nii", noise(3, true));
        final String outcome = run(twice(1), "Normalize").getFirst();
        assertTrue(outcome.startsWith("Normalize: MEMORY case would need about 104 MiB of memory for this step and NiFi has"), outcome);
    }
}
