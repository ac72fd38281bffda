/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nnunet.SharedFolder;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Scans with nothing in them, or next to nothing, against what the reference makes of them; ours parts from it where it loses the scan. */
class PreprocessingEdgeCasesTest {
    private static final Shape WHOLE = new Shape(12, 11, 10);
    private static final Shape PATCH = new Shape(8, 8, 8);
    private static final Spacing TARGET = new Spacing(1, 1, 1);

    private static JsonNode golden(final String name) throws IOException {
        return new ObjectMapper().readTree(SharedFolder.require("golden/preproc/edge_cases.json").toFile()).get(name + "_training");
    }

    private static ScanCase scan(final float background, final double spacing) {
        final float[] image = new float[WHOLE.voxels()];
        Arrays.fill(image, background);
        final Geometry geometry = new Geometry(WHOLE, Orientation.aligned(spacing, spacing, spacing));
        return new ScanCase(List.of("MRI"), new float[][] {image}, new byte[image.length], geometry, CaseHistory.of(geometry));
    }

    /** The voxel is of class 1. */
    private static ScanCase oneVoxel(final double spacing) {
        final ScanCase scan = scan(0, spacing);
        final int voxel = WHOLE.index(5, 4, 3);
        scan.channel(0)[voxel] = 7;
        scan.label().orElseThrow()[voxel] = 1;
        return scan;
    }

    private static ScanCase prepared(final ScanCase cropped) throws CaseException {
        return PatchPadding.apply(Normalization.apply(Resampling.apply(cropped, TARGET), Modality.MRI, Optional.empty(), ForegroundChannel.NONE), PATCH, 3);
    }

    private static String digest(final byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void assertMeta(final JsonNode meta, final ScanCase cropped) {
        final Box box = cropped.history().crop().orElseThrow();
        final int[][] expected = new ObjectMapper().convertValue(meta.get("value"), int[][].class);
        assertArrayEquals(new int[] {box.startZ(), box.startY(), box.startX()}, expected[0]);
        assertArrayEquals(new int[] {box.endZ(), box.endY(), box.endX()}, expected[1]);
        assertArrayEquals(WHOLE.toArray(), expected[2]);
        assertArrayEquals(cropped.shape().toArray(), expected[3]);
    }

    @ParameterizedTest
    @CsvSource({"onevoxel, 1", "onevoxel_sp2, 2"})
    void aSingleVoxelIsPreparedAsTheReferenceDoes(final String name, final double spacing) throws IOException, CaseException, NoSuchAlgorithmException {
        final JsonNode expected = golden(name).get("cases").get(name);
        final ScanCase cropped = NonZeroCrop.apply(oneVoxel(spacing), Foreground.ABOVE_ZERO);
        assertMeta(expected.get("meta"), cropped);
        final ScanCase prepared = prepared(cropped);
        assertEquals(expected.get("y").get("sha256").asText(), digest(prepared.label().orElseThrow()));
        assertArrayEquals(new float[PATCH.voxels()], prepared.channel(0));
        assertEquals(expected.get("x").get("n_zero").get(0).intValue(), PATCH.voxels());
    }

    /** Half a voxel is none in the reference, and the class is lost. */
    @Test
    void noAxisIsResampledToNothing() throws IOException, CaseException {
        final JsonNode counts = golden("onevoxel_sp05").get("cases").get("onevoxel_sp05").get("y").get("counts");
        assertEquals(PATCH.voxels(), counts.get("0").intValue());
        final byte[] label = prepared(NonZeroCrop.apply(oneVoxel(0.5), Foreground.ABOVE_ZERO)).label().orElseThrow();
        int kept = 0;
        for (final byte value : label) {
            kept += value;
        }

        assertEquals(1, kept);
    }

    @Test
    void aConstantScanBecomesZero() throws IOException, CaseException {
        final JsonNode expected = golden("constant").get("cases").get("constant");
        final ScanCase cropped = NonZeroCrop.apply(scan(7, 1), Foreground.ABOVE_ZERO);
        assertMeta(expected.get("meta"), cropped);
        assertArrayEquals(new float[expected.get("x").get("n_zero").get(0).intValue()], prepared(cropped).channel(0));
    }

    /** The reference goes on with an array without voxels, or fails in the middle of the dataset. */
    @ParameterizedTest
    @ValueSource(floats = {0, -3})
    void aScanWithNothingAboveZeroIsRefused(final float background) throws IOException {
        assertEquals(0, golden(background == 0 ? "allzero" : "allnegative").get("cases").elements().next().get("orig_lbl").get("shape").get(1).intValue());
        assertThrows(CaseException.class, () -> NonZeroCrop.apply(scan(background, 1), Foreground.ABOVE_ZERO));
    }
}
