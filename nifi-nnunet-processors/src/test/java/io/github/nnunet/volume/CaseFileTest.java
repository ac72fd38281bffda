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
import io.github.nnunet.nifti.NiftiExtension;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiSample;
import io.github.nnunet.nifti.NiftiVersion;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CaseFileTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1 << 20, 1 << 24);
    private static final Shape SHAPE = new Shape(2, 3, 4);
    /** With a quaternion and numbers that only float32 rounding makes what they are. */
    private static final Orientation OBLIQUE = new Orientation(-1, floats(0.7f, 1.3f, 3.6f), 1, floats(0.1f, -0.2f, 0.3f), floats(-12.3f, 45.6f, 7.89f), 2,
            floats(0.7f, 0.01f, 0, -90.1f, 0.02f, 1.3f, -0.3f, 33.3f, 0, 0.4f, 3.6f, -5.5f), 10);

    private static double[] floats(final float... values) {
        final double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }

        return doubles;
    }

    private static ScanCase sample(final Geometry grid, final CaseHistory history, final byte[] label) {
        final float[][] channels = new float[2][grid.shape().voxels()];
        for (int i = 0; i < channels[0].length; i++) {
            channels[0][i] = i * 0.37f - 2;
            channels[1][i] = -i;
        }

        return new ScanCase(List.of("FLAIR", "T1 \u00e9"), channels, label, grid, history);
    }

    private static byte[] write(final ScanCase scanCase) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaseFile.write(out, scanCase);
        return out.toByteArray();
    }

    private static ScanCase read(final byte[] file) throws IOException, CaseException {
        return CaseFile.read(new ByteArrayInputStream(file), "case.nii", LIMITS);
    }

    private static NiftiHeader header(final byte[] file) throws IOException, CaseException {
        return NiftiReader.readHeader(new ByteArrayInputStream(file), "case.nii");
    }

    private static void requireSame(final ScanCase expected, final ScanCase actual) {
        assertEquals(expected.channelNames(), actual.channelNames());
        assertEquals(expected.geometry(), actual.geometry());
        assertEquals(expected.history(), actual.history());
        assertEquals(List.copyOf(expected.history().notes().keySet()), List.copyOf(actual.history().notes().keySet()));
        for (int channel = 0; channel < expected.channels().length; channel++) {
            assertArrayEquals(expected.channel(channel), actual.channel(channel));
        }

        assertArrayEquals(expected.label().orElse(null), actual.label().orElse(null));
    }

    private static byte[] label() {
        final byte[] label = new byte[SHAPE.voxels()];
        label[3] = 7;
        label[4] = (byte) 255;
        return label;
    }

    @Test
    void caseWithHistoryReadsBackToTheLastBit() throws IOException, CaseException {
        final Geometry scan = new Geometry(new Shape(20, 30, 40), OBLIQUE);
        final Box box = new Box(1, 2, 3, 11, 22, 33);
        final Geometry grid = scan.cropped(box).resized(new Shape(7, 9, 11)).shifted(new int[] {-1, 2, 0}, SHAPE);
        final CaseHistory history = CaseHistory.of(scan).withCrop(box).withResampledFrom(box.shape()).withPadding(new CaseHistory.Padding(-1, 2, 0, new Shape(7, 9, 11)))
                .withNote("resample", "to 1 mm").withNote("crop", "> 0, \"all\" channels");
        final ScanCase scanCase = sample(grid, history, label());
        final byte[] file = write(scanCase);
        requireSame(scanCase, read(file));
        assertEquals(NiftiVersion.ONE, header(file).version());
        assertEquals(grid.orientation().rounded(), header(file).orientation());
        assertEquals(List.of(4, 3, 2, 3), header(file).dimensions());
        assertTrue(scan.coincides(read(file).history().scan(), 0));
    }

    @Test
    void caseWithoutLabelReadsBack() throws IOException, CaseException {
        final Geometry grid = new Geometry(SHAPE, OBLIQUE);
        final ScanCase scanCase = sample(grid, CaseHistory.of(grid), null);
        requireSame(scanCase, read(write(scanCase)));
    }

    @Test
    void oddNumbersInUnusedFieldsSurvive() throws IOException, CaseException {
        final double[] nothing = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        final Orientation odd = new Orientation(Double.NaN, new double[] {1, 2, 3}, 0, nothing, nothing, 1, OBLIQUE.srow(), 0);
        final Geometry grid = new Geometry(SHAPE, odd);
        final ScanCase scanCase = sample(grid, CaseHistory.of(grid), null);
        requireSame(scanCase, read(write(scanCase)));
    }

    @Test
    void scanFinerThanFloatIsWrittenAsVersionTwo() throws IOException, CaseException {
        final Geometry grid = new Geometry(SHAPE, Orientation.aligned(0.1, 0.2, 0.3));
        final byte[] file = write(sample(grid, CaseHistory.of(grid), label()));
        assertEquals(NiftiVersion.TWO, header(file).version());
        assertEquals(grid.orientation(), header(file).orientation());
        requireSame(sample(grid, CaseHistory.of(grid), label()), read(file));
    }

    @Test
    void longRowIsWrittenAsVersionTwo() throws IOException, CaseException {
        final Geometry grid = new Geometry(new Shape(1, 1, 40000), Orientation.aligned(1, 1, 1));
        final ScanCase scanCase = sample(grid, CaseHistory.of(grid), null);
        final byte[] file = write(scanCase);
        assertEquals(NiftiVersion.TWO, header(file).version());
        requireSame(scanCase, read(file));
    }

    @Test
    void summaryNeedsTheHeaderOnly() throws IOException, CaseException {
        final Geometry grid = new Geometry(SHAPE, OBLIQUE);
        final ScanCase scanCase = sample(grid, CaseHistory.of(grid).withNote("step", "text"), label());
        final byte[] file = write(scanCase);
        final byte[] start = new byte[(int) header(file).voxelOffset()];
        System.arraycopy(file, 0, start, 0, start.length);
        final CaseSummary summary = CaseFile.readSummary(new ByteArrayInputStream(start), "case.nii");
        assertEquals(new CaseSummary(scanCase.channelNames(), true, grid, scanCase.history(), 3L * 24 * 4), summary);
        assertEquals(2, summary.channels());
        assertEquals(grid.spacing(), summary.spacing());
    }

    @Test
    void plainFileIsACaseWithNumberedChannels() throws IOException, CaseException {
        final float[] values = new float[24];
        values[13] = 5;
        final ScanCase scanCase = read(NiftiSample.littleEndian().dim(5, 2, 1, 3, 2, 2).orientation(OBLIQUE).file(values));
        final Geometry grid = new Geometry(new Shape(3, 1, 2), OBLIQUE);
        assertEquals(List.of("0", "1", "2", "3"), scanCase.channelNames());
        assertEquals(Optional.empty(), scanCase.label());
        assertEquals(grid, scanCase.geometry());
        assertEquals(CaseHistory.of(grid), scanCase.history());
        assertEquals(5, scanCase.channel(2)[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"just words", "{\"format\": \"other\"}", "{\"format\"", "[1, 2]", "", "null", "{\"format\": \"nifi-nnunet-case\", \"version\": "})
    void foreignOrBrokenExtensionMeansNoHistory(final String content) throws IOException, CaseException {
        final NiftiExtension extension = new NiftiExtension(NiftiExtension.COMMENT, content.getBytes(StandardCharsets.UTF_8));
        final ScanCase scanCase = read(NiftiSample.littleEndian().dim(3, 3, 2, 2).extensions(List.of(extension)).file(new float[12]));
        assertEquals(CaseHistory.of(scanCase.geometry()), scanCase.history());
    }

    @Test
    void recordOfAnUnknownVersionOrWithHolesIsRefused() {
        assertEquals(FaultCategory.UNSUPPORTED, refusal(withRecord("{\"format\": \"nifi-nnunet-case\", \"version\": 2}")).category());
        assertEquals(FaultCategory.UNREADABLE, refusal(withRecord("{\"format\": \"nifi-nnunet-case\", \"version\": 1}")).category());
        assertEquals(FaultCategory.UNREADABLE, refusal(withRecord("{\"format\": \"nifi-nnunet-case\", \"version\": 1, \"channels\": [\"a\"], \"label\": false}")).category());
    }

    private static byte[] withRecord(final String json) {
        final NiftiExtension extension = new NiftiExtension(NiftiExtension.COMMENT, json.getBytes(StandardCharsets.UTF_8));
        return NiftiSample.littleEndian().dim(3, 3, 2, 2).extensions(List.of(extension)).file(new float[12]);
    }

    @Test
    void recordCopiedToAnotherImageDoesNotCount() throws IOException, CaseException {
        final Geometry grid = new Geometry(SHAPE, OBLIQUE);
        final List<NiftiExtension> extensions = header(write(sample(grid, CaseHistory.of(grid).withNote("a", "b"), label()))).extensions();
        final byte[] fewerChannels = NiftiSample.littleEndian().dim(3, 4, 3, 2).orientation(OBLIQUE).extensions(extensions).file(new float[24]);
        final byte[] elsewhere = NiftiSample.littleEndian().dim(4, 4, 3, 2, 3).orientation(Orientation.aligned(1, 1, 1)).extensions(extensions).file(new float[72]);
        final byte[] same = NiftiSample.littleEndian().dim(4, 4, 3, 2, 3).orientation(OBLIQUE).extensions(extensions).file(new float[72]);
        assertTrue(read(fewerChannels).history().notes().isEmpty());
        assertTrue(read(elsewhere).history().notes().isEmpty());
        assertEquals("b", read(same).history().notes().get("a"));
        assertTrue(read(same).label().isPresent());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void voxelThatIsNoNumberIsCountedAndPlaced(final float value) {
        final float[] values = new float[24];
        values[12 + 7] = value;
        values[12 + 9] = value;
        final CaseException fault = refusal(NiftiSample.littleEndian().dim(4, 3, 2, 2, 2).file(values));
        assertEquals(FaultCategory.UNREADABLE, fault.category());
        assertTrue(fault.getMessage().contains("2 voxels"), fault.getMessage());
        assertTrue(fault.getMessage().contains("channel 1 at x 1, y 0, z 1"), fault.getMessage());
    }

    private static CaseException refusal(final byte[] file) {
        final CaseException fault = assertThrows(CaseException.class, () -> read(file));
        assertTrue(fault.getMessage().startsWith("case.nii "), fault.getMessage());
        return fault;
    }

    @ParameterizedTest
    @CsvSource({"0,1,1,x", "1,-1,1,y", "1,1,NaN,z", "1,1,Infinity,z"})
    void impossibleSpacingIsRefused(final double x, final double y, final double z, final String axis) {
        final byte[] file = NiftiSample.littleEndian().pixdim(1, x, y, z).file(new float[12]);
        final CaseException fault = refusal(file);
        assertEquals(FaultCategory.GEOMETRY, fault.category());
        assertTrue(fault.getMessage().contains("along " + axis), fault.getMessage());
        assertEquals(FaultCategory.GEOMETRY, assertThrows(CaseException.class, () -> CaseFile.readSummary(new ByteArrayInputStream(file), "case.nii")).category());
    }

    @Test
    void planeNeedsNoSpacingAcrossIt() throws IOException, CaseException {
        final ScanCase plane = read(NiftiSample.littleEndian().dim(2, 4, 3).pixdim(1, 0.5, 0.25, 0).file(new float[12]));
        assertEquals(new Shape(1, 3, 4), plane.shape());
        assertEquals(new Spacing(1, 0.25, 0.5), plane.geometry().spacing());
    }

    @Test
    void orientationThatIsNoNumberIsRefused() {
        final double[] srow = OBLIQUE.srow();
        srow[5] = Double.NaN;
        final Orientation broken = new Orientation(1, new double[] {1, 1, 1}, 0, new double[3], new double[3], 1, srow, 2);
        assertEquals(FaultCategory.GEOMETRY, refusal(NiftiSample.littleEndian().orientation(broken).file(new float[12])).category());
    }

    @Test
    void labelWithAFractionIsRefused() throws IOException, CaseException {
        final Geometry grid = new Geometry(SHAPE, OBLIQUE);
        final NiftiHeader header = header(write(sample(grid, CaseHistory.of(grid), label())));
        final float[][] volumes = new float[3][SHAPE.voxels()];
        volumes[2][5] = 1.5f;
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NiftiWriter.write(out, NiftiHeader.of(header.dimensions(), DataType.FLOAT32, OBLIQUE).withExtensions(header.extensions()), volumes);
        final CaseException fault = refusal(out.toByteArray());
        assertEquals(FaultCategory.LABEL, fault.category());
        assertTrue(fault.getMessage().contains("1.5"), fault.getMessage());
    }

    @Test
    void realScanSurvivesAsACase() throws IOException, CaseException {
        final ScanCase scan = CaseFile.read(SharedFolder.require("data/Task04_Hippocampus/imagesTr/hippocampus_001.nii.gz"), LIMITS);
        assertEquals(new Shape(35, 51, 35), scan.shape());
        assertFalse(scan.label().isPresent());
        requireSame(scan, read(write(scan)));
    }
}
