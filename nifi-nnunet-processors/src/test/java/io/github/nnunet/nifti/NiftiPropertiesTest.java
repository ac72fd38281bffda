/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Whatever a sound file says, reading gives; whatever is written, reading gives back. */
class NiftiPropertiesTest {
    private static final NiftiLimits LIMITS = new NiftiLimits(1 << 20, 1 << 24);
    private static final List<DataType> TYPES = Arrays.stream(DataType.values()).filter(DataType::isReadable).toList();

    @Provide
    Arbitrary<DataType> types() {
        return Arbitraries.of(TYPES);
    }

    @Provide
    Arbitrary<ByteOrder> orders() {
        return Arbitraries.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 5).list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<List<NiftiExtension>> extensions() {
        final Arbitrary<byte[]> contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(70);
        return Combinators.combine(Arbitraries.of(0, 4, 6, 44), contents).as(NiftiExtension::new).list().ofMaxSize(3);
    }

    @Provide
    Arbitrary<Orientation> floatOrientations() {
        return orientations(thousandths(-1_000_000).map(number -> (double) number.floatValue()), thousandths(1).map(number -> (double) number.floatValue()));
    }

    @Provide
    Arbitrary<Orientation> doubleOrientations() {
        return orientations(thousandths(-1_000_000), thousandths(1));
    }

    /** Numbers that no float32 is equal to, mostly. */
    private static Arbitrary<Double> thousandths(final int least) {
        return Arbitraries.integers().between(least, 1_000_000).map(number -> number / 997.0);
    }

    @Provide
    Arbitrary<Double> scalings() {
        return thousandths(-1_000_000);
    }

    private static Arbitrary<Orientation> orientations(final Arbitrary<Double> numbers, final Arbitrary<Double> sizes) {
        return Combinators.combine(Arbitraries.of(-1.0, 0.0, 1.0), sizes.array(double[].class).ofSize(3), Arbitraries.integers().between(0, 5),
                numbers.array(double[].class).ofSize(3), numbers.array(double[].class).ofSize(3), Arbitraries.integers().between(0, 5),
                numbers.array(double[].class).ofSize(12), Arbitraries.of(0, 2, 3, 10, 18)).as(Orientation::new);
    }

    @Property(tries = 400)
    void everyTypeOrderAndVersionReads(@ForAll("types") final DataType type, @ForAll("orders") final ByteOrder order, @ForAll @IntRange(min = 1, max = 2) final int version,
                                       @ForAll("sizes") final List<Integer> sizes, @ForAll("floatOrientations") final Orientation orientation,
                                       @ForAll("extensions") final List<NiftiExtension> extensions, @ForAll final boolean gzip, @ForAll final long seed)
            throws IOException, CaseException {
        final byte[] voxels = voxels(type, sizes, new Random(seed));
        final byte[] file = sample(version, order, sizes, type).orientation(orientation).extensions(extensions).file(voxels);
        final NiftiImage image = read(gzip ? NiftiSample.gzip(file) : file);
        assertEquals(sizes, image.header().dimensions());
        assertEquals(orientation, image.header().orientation());
        assertEquals(order, image.header().byteOrder());
        requireExtensions(extensions, image.extensions());
        requireValues(voxels, type, order, 1, 0, image.volumes());
    }

    @Property(tries = 400)
    void scalingIsInDoublePrecision(@ForAll("types") final DataType type, @ForAll("orders") final ByteOrder order, @ForAll("scalings") final double slope,
                                    @ForAll("scalings") final double intercept, @ForAll final long seed) throws IOException, CaseException {
        final List<Integer> sizes = List.of(3, 2, 2);
        final byte[] voxels = voxels(type, sizes, new Random(seed));
        final NiftiImage image = read(sample(2, order, sizes, type).scaling(slope, intercept).file(voxels));
        requireValues(voxels, type, order, slope == 0 ? 1 : slope, slope == 0 ? 0 : intercept, image.volumes());
    }

    private static NiftiSample sample(final int version, final ByteOrder order, final List<Integer> sizes, final DataType type) {
        final long[] dim = new long[sizes.size() + 1];
        dim[0] = sizes.size();
        for (int i = 0; i < sizes.size(); i++) {
            dim[i + 1] = sizes.get(i);
        }

        return new NiftiSample(version, order).dim(dim).dataType(type.code(), type.bytes());
    }

    private static byte[] voxels(final DataType type, final List<Integer> sizes, final Random random) {
        final byte[] voxels = new byte[sizes.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b) * type.bytes()];
        random.nextBytes(voxels);
        return voxels;
    }

    private static NiftiImage read(final byte[] file) throws IOException, CaseException {
        return NiftiReader.read(new StutteringStream(file), "file", LIMITS);
    }

    private static void requireExtensions(final List<NiftiExtension> expected, final List<NiftiExtension> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            final byte[] content = expected.get(i).content();
            assertEquals(expected.get(i).code(), actual.get(i).code());
            assertArrayEquals(Arrays.copyOf(content, (content.length + 8 + 15) / 16 * 16 - 8), actual.get(i).content());
        }
    }

    private static void requireValues(final byte[] voxels, final DataType type, final ByteOrder order, final double slope, final double intercept, final float[][] volumes) {
        final ByteBuffer bytes = ByteBuffer.wrap(voxels).order(order);
        int place = 0;
        for (final float[] volume : volumes) {
            for (final float value : volume) {
                final double raw = raw(bytes, place, type);
                assertEquals((float) (raw * slope + intercept) + 0.0f, value + 0.0f);
                place += type.bytes();
            }
        }

        assertEquals(voxels.length, place);
    }

    private static double raw(final ByteBuffer bytes, final int place, final DataType type) {
        return switch (type) {
            case UINT8 -> Byte.toUnsignedInt(bytes.get(place));
            case INT8 -> bytes.get(place);
            case INT16 -> bytes.getShort(place);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(place));
            case INT32 -> bytes.getInt(place);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(place));
            case INT64 -> bytes.getLong(place);
            case UINT64 -> new BigDecimal(new BigInteger(Long.toUnsignedString(bytes.getLong(place)))).doubleValue();
            case FLOAT32 -> bytes.getFloat(place);
            case FLOAT64 -> bytes.getDouble(place);
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    @Property(tries = 200)
    void writtenFloatsReadBack(@ForAll("sizes") final List<Integer> sizes, @ForAll("doubleOrientations") final Orientation orientation,
                               @ForAll("extensions") final List<NiftiExtension> extensions, @ForAll final boolean gzip, @ForAll final long seed) throws IOException, CaseException {
        final NiftiHeader header = NiftiHeader.of(sizes, DataType.FLOAT32, orientation).withExtensions(extensions);
        final float[][] volumes = new float[header.volumes()][(int) header.voxels()];
        final Random random = new Random(seed);
        for (final float[] volume : volumes) {
            for (int i = 0; i < volume.length; i++) {
                volume[i] = Float.intBitsToFloat(random.nextInt());
            }
        }

        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NiftiWriter.write(out, header, volumes);
        final NiftiImage image = read(gzip ? NiftiSample.gzip(out.toByteArray()) : out.toByteArray());
        assertEquals(orientation, image.header().orientation());
        assertEquals(sizes, image.header().dimensions());
        requireExtensions(extensions, image.extensions());
        for (int index = 0; index < volumes.length; index++) {
            assertArrayEquals(volumes[index], image.volume(index));
        }
    }

    @Property(tries = 100)
    void whatFitsVersionOneIsWrittenInIt(@ForAll("floatOrientations") final Orientation orientation, @ForAll("sizes") final List<Integer> sizes) throws IOException, CaseException {
        final NiftiHeader header = NiftiHeader.of(sizes, DataType.UINT8, orientation);
        assertEquals(NiftiVersion.ONE, header.version());
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        NiftiWriter.writeHeader(out, header);
        assertEquals(header, NiftiReader.readHeader(new ByteArrayInputStream(out.toByteArray()), "file"));
    }

    /** Gives few bytes at a time, as networks do. */
    private static final class StutteringStream extends InputStream {
        private final byte[] bytes;
        private int next;

        private StutteringStream(final byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return next < bytes.length ? bytes[next++] & 0xff : -1;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) {
            if (next == bytes.length) {
                return -1;
            }

            final int count = Math.min(Math.min(length, 1 + next % 13), bytes.length - next);
            System.arraycopy(bytes, next, target, offset, count);
            next += count;
            return count;
        }
    }
}
