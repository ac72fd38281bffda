/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NpyFileTest {

    @Property(tries = 50)
    void floatsComeBackBitForBit(@ForAll @Size(min = 1, max = 30) final float[] values) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.writeFloats(out, new int[] {2, values.length}, values, values);
        final NpyFile read = NpyFile.read(new ByteArrayInputStream(out.toByteArray()), "test");
        assertArrayEquals(new int[] {2, values.length}, read.shape());
        assertArrayEquals(values, Arrays.copyOf(read.floats(), values.length));
        assertArrayEquals(values, Arrays.copyOfRange(read.floats(), values.length, 2 * values.length));
    }

    @Test
    void longArraysAreWrittenInMoreThanOneChunk() throws IOException {
        final float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }

        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.writeFloats(out, new int[] {100_000}, values);
        assertArrayEquals(values, read(out.toByteArray()).floats());
    }

    @Test
    void halvesAreRoundedToTheNearestAndComeBack() throws IOException {
        final float[] values = new float[70_000];
        Arrays.fill(values, 1f / 3);
        values[69_999] = 0.75f;
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.writeHalves(out, new int[] {2, 70_000}, values, values);
        final NpyFile read = read(out.toByteArray());
        assertEquals(NpyFile.ElementType.FLOAT16, read.type());
        assertEquals(0.33325195f, read.floats()[0]);
        assertEquals(0.75f, read.floats()[139_999]);
        assertEquals(128 + 2 * 140_000, out.size());
    }

    @Test
    void bytesAndLongsComeBack() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NpyFile.writeBytes(bytes, new int[] {3}, new byte[] {0, 127, -1});
        assertArrayEquals(new long[] {0, 127, 255}, read(bytes.toByteArray()).longs());
        final ByteArrayOutputStream longs = new ByteArrayOutputStream();
        NpyFile.writeLongs(longs, new int[] {1, 2}, new long[] {Long.MIN_VALUE, 7});
        assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, read(longs.toByteArray()).longs());
    }

    @Test
    void headerIsWhatNumpyWrites() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.writeFloats(out, new int[] {2}, new float[2]);
        final String header = new String(out.toByteArray(), 10, 118, StandardCharsets.US_ASCII);
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", header.strip());
        assertTrue(header.endsWith("\n"), header);
        assertEquals(128 + 8, out.size());
    }

    @ParameterizedTest
    @CsvSource({"<f8, 8", ">f8, 8", "<f2, 2", "<f4, 4", ">f4, 4", "<i8, 8", ">i8, 8", "<i4, 4", ">i2, 2", "|i1, 1", "|u1, 1", "|b1, 1"})
    void kindsAndByteOrdersAreRead(final String kind, final int bytes) throws IOException {
        final ByteBuffer one = ByteBuffer.allocate(bytes).order(kind.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        switch (kind.substring(1)) {
            case "f8" -> one.putDouble(1);
            case "f4" -> one.putFloat(1);
            case "f2" -> one.putShort((short) 0x3c00);
            case "i8" -> one.putLong(1);
            case "i4" -> one.putInt(1);
            case "i2" -> one.putShort((short) 1);
            default -> one.put((byte) 1);
        }

        final NpyFile file = read(npy("{'descr': '%s', 'fortran_order': False, 'shape': (1,), }".formatted(kind), one.array()));
        assertArrayEquals(new float[] {1}, file.floats());
        assertArrayEquals(new double[] {1}, file.doubles());
    }

    @Test
    void aSingleNumberHasNoAxes() throws IOException {
        final NpyFile file = read(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", new byte[] {5}));
        assertEquals(0, file.shape().length);
        assertArrayEquals(new byte[] {5}, file.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
            "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000, 2000000), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
            "nonsense",
    })
    void headersThatAreNotUnderstoodAreRefused(final String header) {
        final IOException error = assertThrows(IOException.class, () -> read(npy(header, new byte[16])));
        assertTrue(error.getMessage().contains("a.npy"), error.getMessage());
    }

    @Test
    void truncatedAndOverlongFilesAreRefused() throws IOException {
        final byte[] whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", new byte[16]);
        assertThrows(IOException.class, () -> read(Arrays.copyOf(whole, whole.length - 1)));
        assertThrows(IOException.class, () -> read(Arrays.copyOf(whole, whole.length + 1)));
        assertThrows(IOException.class, () -> read(Arrays.copyOf(whole, 20)));
        assertThrows(IOException.class, () -> read(Arrays.copyOf(whole, 9)));
        assertThrows(IOException.class, () -> read(new byte[0]));
    }

    @Test
    void readHeaderChecksTheLengthOfTheFile(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("a.npy");
        final byte[] whole = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", new byte[16]);
        Files.write(file, whole);
        assertEquals(whole.length - 16, NpyFile.readHeader(file).dataOffset());
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThrows(IOException.class, () -> NpyFile.readHeader(file));
    }

    @Test
    void valuesThatDoNotFillTheShapeAreAProgrammingError() {
        assertThrows(IllegalArgumentException.class, () -> NpyFile.writeBytes(new ByteArrayOutputStream(), new int[] {3}, new byte[2]));
    }

    private static NpyFile read(final byte[] bytes) throws IOException {
        return NpyFile.read(new ByteArrayInputStream(bytes), "a.npy");
    }

    private static byte[] npy(final String header, final byte[] data) {
        final byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) text.length).put(text).put(data);
        return bytes.array();
    }
}
