/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NiftiReaderTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1 << 20, 1 << 24);
    private static final float[] VALUES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    @TempDir
    private Path folder;

    private static NiftiImage read(final byte[] file) throws IOException, CaseException {
        return NiftiReader.read(new ByteArrayInputStream(file), "scan.nii", LIMITS);
    }

    private static CaseException refusal(final byte[] file) {
        final CaseException fault = assertThrows(CaseException.class, () -> read(file));
        assertTrue(fault.getMessage().startsWith("scan.nii "), fault.getMessage());
        assertTrue(fault.getMessage().endsWith("."), fault.getMessage());
        return fault;
    }

    private static byte[] plain() {
        return NiftiSample.littleEndian().extensions(List.of(new NiftiExtension(6, "a note".getBytes(StandardCharsets.US_ASCII)))).file(VALUES);
    }

    private static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            out.writeBytes(part);
        }

        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTruncationIsNoticed(final boolean gzip) {
        final byte[] whole = gzip ? NiftiSample.gzip(plain()) : plain();
        for (int length = 0; length < whole.length; length++) {
            final CaseException fault = refusal(Arrays.copyOf(whole, length));
            assertEquals(FaultCategory.UNREADABLE, fault.category());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTruncationOfAFileIsNoticed(final boolean gzip) throws IOException {
        final byte[] whole = gzip ? NiftiSample.gzip(plain()) : plain();
        final Path file = folder.resolve("scan.nii");
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> NiftiReader.read(file, LIMITS)).category());
        }
    }

    @Test
    void everyDamagedByteOfAGzipFileIsNoticedOrHarmless() throws IOException, CaseException {
        final byte[] whole = NiftiSample.gzip(plain());
        for (int place = 0; place < whole.length; place++) {
            final byte[] damaged = whole.clone();
            damaged[place] ^= 0x55;
            final boolean unusedHeaderByte = place >= 4 && place < 10;
            if (unusedHeaderByte) {
                assertArrayEquals(VALUES, read(damaged).volume(0));
            } else {
                refusal(damaged);
            }
        }
    }

    @Test
    void gzipMembersAreJoined() throws IOException, CaseException {
        final byte[] whole = plain();
        final byte[] first = NiftiSample.gzip(Arrays.copyOf(whole, 200));
        final byte[] second = NiftiSample.gzip(Arrays.copyOfRange(whole, 200, whole.length));
        assertArrayEquals(VALUES, read(join(first, second, NiftiSample.gzip(new byte[0]))).volume(0));
    }

    @Test
    void zerosAfterAGzipMemberArePadding() throws IOException, CaseException {
        assertArrayEquals(VALUES, read(join(NiftiSample.gzip(plain()), new byte[512])).volume(0));
    }

    @Test
    void anythingElseAfterAGzipMemberIsDamage() {
        final byte[] good = NiftiSample.gzip(plain());
        final byte[] trailing = NiftiSample.gzip(new byte[] {1, 2, 3});
        trailing[trailing.length - 6] ^= 1;
        assertTrue(refusal(join(good, new byte[] {1})).getMessage().contains("no gzip member"));
        assertTrue(refusal(join(good, trailing)).getMessage().contains("check sum"));
        refusal(join(good, Arrays.copyOf(trailing, 12)));
        refusal(join(good, new byte[] {0x1f}));
    }

    @Test
    void bytesAfterTheVoxelsAreIgnored() throws IOException, CaseException {
        final byte[] longer = join(plain(), new byte[1000]);
        assertArrayEquals(VALUES, read(longer).volume(0));
        assertArrayEquals(VALUES, read(NiftiSample.gzip(longer)).volume(0));
    }

    @ParameterizedTest
    @CsvSource({"0,3", "NaN,3", "Infinity,3", "1,0", "2,-1"})
    void slopeOfZeroOrNoNumberMeansNoScaling(final double slope, final double intercept) throws IOException, CaseException {
        final NiftiImage image = read(NiftiSample.littleEndian().scaling(slope, intercept).file(VALUES));
        final boolean scaled = Double.isFinite(slope) && slope != 0;
        assertEquals(scaled ? (float) (11 * slope + intercept) : 11, image.volume(0)[11]);
    }

    @Test
    void slopeWithImpossibleInterceptIsRefused() {
        refusal(NiftiSample.littleEndian().scaling(1, Double.NaN).file(VALUES));
    }

    @Test
    void signOfZeroAndNumbersThatAreNoneStay() throws IOException, CaseException {
        final float[] odd = VALUES.clone();
        odd[0] = -0.0f;
        odd[1] = Float.NaN;
        odd[2] = Float.NEGATIVE_INFINITY;
        assertArrayEquals(odd, read(NiftiSample.littleEndian().scaling(1, 0).file(odd)).volume(0));
    }

    @ParameterizedTest
    @CsvSource({"352", "368", "1000"})
    void voxelOffsetIsHonoured(final double offset) throws IOException, CaseException {
        assertArrayEquals(VALUES, read(NiftiSample.littleEndian().offset(offset).file(VALUES)).volume(0));
    }

    @Test
    void voxelOffsetOfZeroMeansRightAfterTheHeader() throws IOException, CaseException {
        assertArrayEquals(VALUES, read(NiftiSample.littleEndian().offset(0).file(VALUES)).volume(0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {348, 1, 352.5, Double.NaN, Double.POSITIVE_INFINITY, 1e20})
    void impossibleVoxelOffsetIsRefused(final double offset) {
        assertEquals(FaultCategory.UNREADABLE, refusal(NiftiSample.littleEndian().offset(offset).file(VALUES)).category());
    }

    @Test
    void voxelOffsetBeyondTheFileIsRefused() {
        assertEquals(FaultCategory.UNREADABLE, refusal(NiftiSample.littleEndian().offset(1e9).file(VALUES)).category());
    }

    @Test
    void terabytesAreRefusedWithTheirFigure() {
        final CaseException fault = refusal(NiftiSample.littleEndian().dim(3, 32767, 32767, 32767).file(VALUES));
        assertEquals(FaultCategory.MEMORY, fault.category());
        assertTrue(fault.getMessage().contains("140.7 TB"), fault.getMessage());
    }

    @Test
    void overflowingSizesAreRefused() {
        final byte[] one = NiftiSample.littleEndian().dim(5, 32767, 32767, 32767, 32767, 32767).file(VALUES);
        final byte[] two = new NiftiSample(2, ByteOrder.BIG_ENDIAN).dim(3, Long.MAX_VALUE, Long.MAX_VALUE, 2).file(VALUES);
        final byte[] wide = new NiftiSample(2, ByteOrder.BIG_ENDIAN).dim(3, 1L << 40, 1, 1).file(VALUES);
        final byte[] many = new NiftiSample(2, ByteOrder.BIG_ENDIAN).dim(5, 1, 1, 1, 1 << 20, 1 << 20).file(VALUES);
        assertEquals(FaultCategory.UNREADABLE, refusal(one).category());
        assertTrue(List.of(FaultCategory.UNREADABLE, FaultCategory.MEMORY).contains(refusal(two).category()));
        assertEquals(FaultCategory.MEMORY, refusal(wide).category());
        assertEquals(FaultCategory.MEMORY, refusal(many).category());
    }

    @Test
    void limitsAreExact() throws IOException, CaseException {
        final byte[] file = NiftiSample.littleEndian().file(VALUES);
        final NiftiLimits enough = new NiftiLimits(12, 48);
        assertEquals(1, NiftiReader.read(new ByteArrayInputStream(file), "scan", enough).volumeCount());
        assertThrows(CaseException.class, () -> NiftiReader.read(new ByteArrayInputStream(file), "scan", new NiftiLimits(11, 48)));
        assertThrows(CaseException.class, () -> NiftiReader.read(new ByteArrayInputStream(file), "scan", new NiftiLimits(12, 47)));
    }

    @Test
    void millionsOfTinyVolumesCountAsTheArraysThatTheyAre() throws IOException, CaseException {
        final byte[] file = new NiftiSample(2, ByteOrder.LITTLE_ENDIAN).dim(4, 1, 1, 1, 1000).file(new float[1000]);
        assertEquals(1000, NiftiReader.read(new ByteArrayInputStream(file), "scan", new NiftiLimits(1, 28000)).volumeCount());
        final CaseException fault = assertThrows(CaseException.class, () -> NiftiReader.read(new ByteArrayInputStream(file), "scan", new NiftiLimits(1, 27999)));
        assertEquals(FaultCategory.MEMORY, fault.category());
    }

    @ParameterizedTest
    @CsvSource({"0,1,1,1", "3,0,2,2", "3,2,-1,2", "3,-1,1,1", "-3,2,2,2", "8,1,1,1"})
    void impossibleSizesAreRefused(final long count, final long x, final long y, final long z) {
        assertEquals(FaultCategory.UNREADABLE, refusal(NiftiSample.littleEndian().dim(count, x, y, z).file(VALUES)).category());
    }

    @Test
    void sixthDimensionIsRefusedUnlessOne() throws IOException, CaseException {
        assertArrayEquals(VALUES, read(NiftiSample.littleEndian().dim(7, 3, 2, 2, 1, 1, 1, 1).file(VALUES)).volume(0));
        assertEquals(FaultCategory.UNSUPPORTED, refusal(NiftiSample.littleEndian().dim(6, 3, 2, 1, 1, 1, 2).file(VALUES)).category());
    }

    @ParameterizedTest
    @CsvSource({"1,1,UNSUPPORTED", "32,8,UNSUPPORTED", "128,3,UNSUPPORTED", "1536,16,UNSUPPORTED", "1792,16,UNSUPPORTED", "2048,32,UNSUPPORTED", "2304,4,UNSUPPORTED", "7,1,UNREADABLE",
            "0,1,UNREADABLE"})
    void otherThanRealNumbersAreRefused(final int code, final int bytes, final FaultCategory category) {
        assertEquals(category, refusal(NiftiSample.littleEndian().dataType(code, bytes).file(new byte[500])).category());
    }

    @Test
    void wrongHeaderLengthWithRightMagicIsReadAsNibabelDoes() throws IOException, CaseException {
        for (final ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            final byte[] file = new NiftiSample(1, order).file(VALUES);
            Arrays.fill(file, 0, 4, (byte) 0);
            assertArrayEquals(VALUES, read(file).volume(0));
        }
    }

    @Test
    void wrongMagicIsRefused() {
        final byte[] file = NiftiSample.littleEndian().file(VALUES);
        file[344] = 'x';
        assertEquals(FaultCategory.UNREADABLE, refusal(file).category());
        Arrays.fill(file, 344, 348, (byte) 0);
        assertTrue(refusal(file).getMessage().contains("Analyze"));
    }

    @Test
    void lineEndDamageIsNamed() {
        final byte[] file = new NiftiSample(2, ByteOrder.LITTLE_ENDIAN).file(VALUES);
        file[8] = 10;
        assertTrue(refusal(file).getMessage().contains("text mode"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 7, Integer.MIN_VALUE, Integer.MAX_VALUE, 64})
    void extensionThatDoesNotFitItsPlaceIsRefused(final int size) {
        final byte[] file = plain();
        for (int i = 0; i < 4; i++) {
            file[352 + i] = (byte) (size >> 8 * i);
        }

        assertEquals(FaultCategory.UNREADABLE, refusal(file).category());
    }

    @Test
    void giganticExtensionsAreRefused() {
        final byte[] file = NiftiSample.littleEndian().offset(2e9).file(new byte[] {0, 0, 0, 0x40, 6, 0, 0, 0});
        file[348] = 1;
        assertEquals(FaultCategory.MEMORY, refusal(file).category());
    }

    @ParameterizedTest
    @CsvSource({"scan.hdr,scan.img,false", "scan.hdr.gz,scan.img.gz,true", "SCAN.HDR,SCAN.IMG,false"})
    void pairIsReadFromEitherFile(final String headerName, final String imageName, final boolean gzip) throws IOException, CaseException {
        final NiftiSample sample = NiftiSample.littleEndian().paired().extensions(List.of(new NiftiExtension(6, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})));
        final byte[] whole = sample.file(VALUES);
        final byte[] header = sample.header();
        final byte[] voxels = Arrays.copyOfRange(whole, header.length, whole.length);
        Files.write(folder.resolve(headerName), gzip ? NiftiSample.gzip(header) : header);
        Files.write(folder.resolve(imageName), gzip ? NiftiSample.gzip(voxels) : voxels);
        for (final String given : List.of(headerName, imageName)) {
            final NiftiImage image = NiftiReader.read(folder.resolve(given), LIMITS);
            assertArrayEquals(VALUES, image.volume(0));
            assertEquals(1, image.extensions().size());
            assertTrue(NiftiReader.readHeader(folder.resolve(given)).paired());
        }
    }

    @Test
    void pairWithoutItsOtherFileIsRefused() throws IOException {
        final Path header = Files.write(folder.resolve("scan.hdr"), NiftiSample.littleEndian().paired().header());
        final Path alone = Files.write(folder.resolve("other.img"), new byte[48]);
        assertTrue(assertThrows(CaseException.class, () -> NiftiReader.read(header, LIMITS)).getMessage().contains("scan.img"));
        assertTrue(assertThrows(CaseException.class, () -> NiftiReader.read(alone, LIMITS)).getMessage().contains("other.hdr"));
    }

    @Test
    void missingFileAndFolderAreRefusedByName() {
        assertTrue(assertThrows(CaseException.class, () -> NiftiReader.read(folder.resolve("none.nii"), LIMITS)).getMessage().contains("none.nii does not exist"));
        assertTrue(assertThrows(CaseException.class, () -> NiftiReader.read(folder, LIMITS)).getMessage().contains("folder"));
    }

    @Test
    void failingStreamIsNoFaultOfTheFile() {
        final InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };
        assertThrows(IOException.class, () -> NiftiReader.read(failing, "scan.nii", LIMITS));
    }

    @Test
    void streamStaysOpen() throws IOException, CaseException {
        final boolean[] closed = {false};
        final InputStream in = new ByteArrayInputStream(NiftiSample.gzip(plain())) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        NiftiReader.read(in, "scan.nii", LIMITS);
        assertFalse(closed[0]);
    }
}
