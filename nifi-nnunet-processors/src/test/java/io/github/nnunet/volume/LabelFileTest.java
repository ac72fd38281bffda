/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.SharedFolder;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.nifti.NiftiExtension;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiSample;
import io.github.nnunet.nifti.NiftiVersion;
import io.github.nnunet.nifti.Orientation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Arrays;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LabelFileTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1 << 20, 1 << 24);

    private static LabelVolume read(final byte[] file) throws IOException, CaseException {
        return LabelFile.read(new ByteArrayInputStream(file), "label.nii", LIMITS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void labelReadsBackWithItsGeometry(final boolean gzip) throws IOException, CaseException {
        final byte[] label = {0, 1, 2, (byte) 200, (byte) 255, 3};
        final Geometry geometry = new Geometry(new Shape(1, 2, 3), Orientation.aligned(0.7f, 0.7f, 3.6f));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabelFile.write(out, label, geometry, gzip);
        final LabelVolume volume = read(out.toByteArray());
        final NiftiHeader header = NiftiReader.readHeader(new ByteArrayInputStream(out.toByteArray()), "label.nii");
        assertArrayEquals(label, volume.voxels());
        assertEquals(geometry, volume.geometry());
        assertEquals(DataType.UINT8, header.dataType());
        assertEquals(NiftiVersion.ONE, header.version());
        assertEquals(gzip, (out.toByteArray()[0] & 0xff) == 0x1f);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNamesOfClassesAreInTheHeader(final boolean gzip) throws IOException, CaseException {
        final Geometry geometry = new Geometry(new Shape(1, 1, 2), Orientation.aligned(1, 1, 1));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabelFile.write(out, new byte[] {2, 1}, geometry, Map.of(2, "Posterior", 0, "background", 1, "Ant\u00e9rieur"), gzip);
        final NiftiExtension extension = NiftiReader.readHeader(new ByteArrayInputStream(out.toByteArray()), "label.nii").extensions().getFirst();

        assertEquals(NiftiExtension.COMMENT, extension.code());
        assertEquals("""
                {"format":"nifi-nnunet-label","version":1,"classes":[{"value":0,"name":"background"},{"value":1,"name":"Ant\u00e9rieur"},{"value":2,"name":"Posterior"}]}""",
                new String(extension.content(), StandardCharsets.UTF_8).replace("\0", ""));
        assertArrayEquals(new byte[] {2, 1}, read(out.toByteArray()).voxels());
    }

    @Test
    void withoutNamesThereIsNoExtension() throws IOException, CaseException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabelFile.write(out, new byte[1], new Geometry(new Shape(1, 1, 1), Orientation.aligned(1, 1, 1)), false);

        assertEquals(List.of(), NiftiReader.readHeader(new ByteArrayInputStream(out.toByteArray()), "label.nii").extensions());
    }

    @Test
    void geometryFinerThanFloatIsKept() throws IOException, CaseException {
        final Geometry geometry = new Geometry(new Shape(1, 1, 2), Orientation.aligned(0.1, 0.1, 0.1));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabelFile.write(out, new byte[2], geometry, false);
        assertEquals(geometry, read(out.toByteArray()).geometry());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streamStaysOpen(final boolean gzip) throws IOException {
        final boolean[] closed = {false};
        final ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        LabelFile.write(out, new byte[6], new Geometry(new Shape(1, 2, 3), Orientation.aligned(1, 1, 1)), gzip);
        assertFalse(closed[0]);
    }

    @ParameterizedTest
    @ValueSource(floats = {0.5f, -1, 256, 1e20f, Float.NaN, Float.NEGATIVE_INFINITY})
    void valueThatIsNoLabelIsNamed(final float value) {
        final CaseException fault = assertThrows(CaseException.class, () -> read(NiftiSample.littleEndian().dim(3, 3, 1, 1).file(new float[] {0, 255, value})));
        assertEquals(FaultCategory.LABEL, fault.category());
        assertTrue(fault.getMessage().contains(Float.toString(value)), fault.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 99_999, 199_999})
    void theFirstValueThatIsNoLabelIsNamedWhereverItIs(final int place) throws IOException, CaseException {
        final float[] values = new float[200_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 256;
        }

        final byte[] label = read(NiftiSample.littleEndian().dim(3, 1000, 200, 1).file(values)).voxels();
        for (int i = 0; i < values.length; i++) {
            assertEquals((byte) i, label[i]);
        }

        values[place] = 3.5f;
        values[values.length - 1] = place == values.length - 1 ? 3.5f : -9;
        final CaseException fault = assertThrows(CaseException.class, () -> read(NiftiSample.littleEndian().dim(3, 1000, 200, 1).file(values)));
        assertTrue(fault.getMessage().contains("the value 3.5 "), fault.getMessage());
    }

    @Test
    void aDamagedFileIsCalledDamagedWhateverItsValuesAre() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GzipOutput compressed = new GzipOutput(out, 1)) {
            compressed.write(NiftiSample.littleEndian().dim(3, 3, 1, 1).file(new float[] {0, 1, 3.5f}));
        }

        final byte[] file = out.toByteArray();
        file[file.length - 8]++;
        final CaseException fault = assertThrows(CaseException.class, () -> read(file));
        assertEquals(FaultCategory.UNREADABLE, fault.category());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 4, 200", "1, 0, 4, 200", "0.5, 0, 2, 100", "1, 7, 11, 207", "0.5, 1, 3, 101"})
    void bytesAreScaledAsTheHeaderSays(final double slope, final double intercept, final int first, final int second) throws IOException, CaseException {
        final byte[] header = NiftiSample.littleEndian().dataType(2, 1).dim(3, 2, 1, 1).scaling(slope, intercept).header();
        final byte[] file = Arrays.copyOf(header, header.length + 2);
        file[header.length] = 4;
        file[header.length + 1] = (byte) 200;

        assertArrayEquals(new byte[] {(byte) first, (byte) second}, read(file).voxels());
    }

    @Test
    void aLabelThatIsCutOffIsNotRead() {
        final byte[] header = NiftiSample.littleEndian().dataType(2, 1).dim(3, 3, 2, 1).header();
        final CaseException fault = assertThrows(CaseException.class, () -> read(Arrays.copyOf(header, header.length + 5)));

        assertEquals(FaultCategory.UNREADABLE, fault.category());
        assertTrue(fault.getMessage().contains("promises 6 bytes of voxels, and there are 5"), fault.getMessage());
    }

    @Test
    void severalVolumesAreNoLabel() {
        final byte[] file = NiftiSample.littleEndian().dim(4, 3, 2, 1, 2).file(new float[12]);
        assertEquals(FaultCategory.LABEL, assertThrows(CaseException.class, () -> read(file)).category());
    }

    @Test
    void realLabelKeepsItsGeometry() throws IOException, CaseException {
        final Path image = SharedFolder.require("data/Task04_Hippocampus/imagesTr/hippocampus_001.nii.gz");
        final Path label = SharedFolder.require("data/Task04_Hippocampus/labelsTr/hippocampus_001.nii.gz");
        final LabelVolume volume = LabelFile.read(label, LIMITS);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabelFile.write(out, volume.voxels(), CaseFile.read(image, LIMITS).geometry(), true);
        final LabelVolume again = read(out.toByteArray());
        assertArrayEquals(volume.voxels(), again.voxels());
        assertEquals(CaseFile.read(image, LIMITS).geometry(), again.geometry());
        assertTrue(again.geometry().coincides(volume.geometry(), 1e-4));
    }
}
