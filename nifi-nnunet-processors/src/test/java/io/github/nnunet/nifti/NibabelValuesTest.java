/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real and odd files give what nibabel gives. Values, shape and zooms are compared exactly, affines to 2e-6 of their largest number. */
class NibabelValuesTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1L << 26, 1L << 28);
    private static final double AFFINE_TOLERANCE = 2e-6;

    private static Stream<String> files() throws IOException {
        return values().map(expected -> expected.path("file").textValue());
    }

    private static Stream<JsonNode> values() throws IOException {
        try (InputStream in = NibabelValuesTest.class.getResourceAsStream("/golden/nifti/values.json")) {
            return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void fileReadsAsNibabelReadsIt(final String file) throws IOException, CaseException, NoSuchAlgorithmException {
        final JsonNode expected = values().filter(candidate -> candidate.path("file").textValue().equals(file)).findFirst().orElseThrow();
        final NiftiImage image = NiftiReader.read(SharedFolder.require(file), LIMITS);
        final List<Integer> shape = new ArrayList<>();
        expected.path("shape").forEach(size -> shape.add(size.intValue()));
        assertEquals(shape, image.header().dimensions());
        final double[] pixdim = image.header().orientation().pixdim();
        for (int axis = 0; axis < Math.min(3, shape.size()); axis++) {
            assertEquals(expected.path("zooms").path(axis).doubleValue(), pixdim[axis]);
        }

        if (!expected.path("affine").isNull()) {
            requireAffine(expected.path("affine"), image.header().orientation().affine());
        }

        final List<List<Integer>> extensions = new ArrayList<>();
        expected.path("extensions").forEach(extension -> extensions.add(List.of(extension.path(0).intValue(), extension.path(1).intValue())));
        assertEquals(extensions, image.extensions().stream().map(extension -> List.of(extension.code(), lengthWithoutFilling(extension))).toList());
        assertEquals(expected.path("sha256").textValue(), digest(image.volumes()));
    }

    private static void requireAffine(final JsonNode expected, final double[] affine) {
        final double[] wanted = new double[affine.length];
        double largest = 1;
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = expected.path(i).doubleValue();
            largest = Math.max(largest, Math.abs(wanted[i]));
        }

        assertArrayEquals(wanted, affine, AFFINE_TOLERANCE * largest);
    }

    private static int lengthWithoutFilling(final NiftiExtension extension) {
        int length = extension.content().length;
        while (length > 0 && extension.content()[length - 1] == 0) {
            length--;
        }

        return length;
    }

    private static String digest(final float[][] volumes) throws NoSuchAlgorithmException {
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (final float[] volume : volumes) {
            final ByteBuffer bytes = ByteBuffer.allocate(volume.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(volume);
            digest.update(bytes.array());
        }

        return HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crash-08123ef33416bd6f0c5fa63d44b681b8581d62a0.nii", "crash-1.nii", "not-nifti.nii"})
    void malformedFileIsRefusedInASentence(final String file) {
        final Path path = SharedFolder.require("data/nifti-corner-cases/malformed/" + file);
        final CaseException fault = assertThrows(CaseException.class, () -> NiftiReader.read(path, LIMITS));
        assertEquals(FaultCategory.UNREADABLE, fault.category());
        assertTrue(fault.getMessage().startsWith(file) && fault.getMessage().endsWith("."), fault.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"rgb.nii,RGB", "complex32.nii,complex"})
    void colourAndComplexVoxelsAreRefusedByName(final String file, final String word) {
        final Path path = SharedFolder.require("data/nifti-corner-cases/" + file);
        final CaseException fault = assertThrows(CaseException.class, () -> NiftiReader.read(path, LIMITS));
        assertEquals(FaultCategory.UNSUPPORTED, fault.category());
        assertTrue(fault.getMessage().contains(word), fault.getMessage());
    }

    @Test
    void headerOfAPairInAStreamIsRefused() throws IOException {
        try (InputStream in = Files.newInputStream(SharedFolder.require("data/nifti-corner-cases/pair/minimal.hdr"))) {
            final CaseException fault = assertThrows(CaseException.class, () -> NiftiReader.read(in, "minimal.hdr", LIMITS));
            assertEquals(FaultCategory.UNSUPPORTED, fault.category());
        }
    }
}
