/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array in NumPy's .npy format, versions 1.0 to 3.0: C order, either byte order when read, little endian when
 * written. Source of the format: NumPy's documentation, "numpy.lib.format".
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int MAXIMUM_HEADER = 1 << 16;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-z?]\\d*)'");
    private static final Pattern FORTRAN_ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");

    private final Header header;
    private final ByteBuffer data;

    private NpyFile(final Header header, final ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** Kinds of number that are read. Only some of them are written. */
    public enum ElementType {
        BOOL("b1", 1),
        UINT8("u1", 1),
        INT8("i1", 1),
        INT16("i2", 2),
        INT32("i4", 4),
        INT64("i8", 8),
        FLOAT16("f2", 2),
        FLOAT32("f4", 4),
        FLOAT64("f8", 8);

        private final String code;
        private final int bytes;

        ElementType(final String code, final int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        /** @return bytes of one number */
        public int bytes() {
            return bytes;
        }
    }

    /**
     * What a .npy file says of itself.
     *
     * @param type       kind of number
     * @param order      byte order of the numbers
     * @param shape      C order, the last axis is the fastest; empty for a single number
     * @param dataOffset where the first number is, in bytes from the start of the file
     */
    public record Header(ElementType type, ByteOrder order, int[] shape, int dataOffset) {

        public Header {
            shape = shape.clone();
        }

        @Override
        public int[] shape() {
            return shape.clone();
        }

        /** @return how many numbers there are */
        public long count() {
            long count = 1;
            for (final int size : shape) {
                count = Math.multiplyExact(count, size);
            }

            return count;
        }

        /** @return how many bytes the numbers take */
        public long dataBytes() {
            return Math.multiplyExact(count(), type.bytes());
        }

        @Override
        public boolean equals(final Object other) {
            return other instanceof final Header that
                    && type == that.type
                    && order.equals(that.order)
                    && dataOffset == that.dataOffset
                    && Arrays.equals(shape, that.shape);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(shape) * 31 + type.hashCode();
        }

        @Override
        public String toString() {
            return "%s%s at %d".formatted(type, Arrays.toString(shape), dataOffset);
        }
    }

    /**
     * @param file an array of less than 2 GiB
     * @throws IOException if it is not a .npy file of a known kind, is shorter or longer than it says, or cannot be read
     */
    public static NpyFile read(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** As {@link #read(Path)}; the stream is read to its end and not closed. */
    public static NpyFile read(final InputStream in, final String name) throws IOException {
        final Header header = readHeader(in, name);
        if (header.dataBytes() > Integer.MAX_VALUE - 8) {
            throw new IOException("%s holds %d bytes, more than an array can; open it mapped".formatted(name, header.dataBytes()));
        }

        final byte[] bytes = in.readNBytes((int) header.dataBytes());
        if (bytes.length < header.dataBytes()) {
            throw new EOFException("%s ends after %d of %d bytes of numbers".formatted(name, bytes.length, header.dataBytes()));
        }

        if (in.read() >= 0) {
            throw new IOException("%s goes on after its %d bytes of numbers".formatted(name, header.dataBytes()));
        }

        return new NpyFile(header, ByteBuffer.wrap(bytes).order(header.order()));
    }

    /**
     * Reads what is before the numbers and checks that the file is as long as it says.
     *
     * @throws IOException if it is not a .npy file of a known kind, or of another length
     */
    public static Header readHeader(final Path file) throws IOException {
        final Header header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            header = readHeader(in, file.toString());
        }

        final long actual = Files.size(file);
        final long expected = header.dataOffset() + header.dataBytes();
        if (actual != expected) {
            throw new IOException("%s has %d bytes and should have %d".formatted(file, actual, expected));
        }

        return header;
    }

    private static Header readHeader(final InputStream in, final String name) throws IOException {
        final byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("%s is not a .npy file".formatted(name));
        }

        final int lengthBytes = start[MAGIC.length] == 1 ? 2 : 4;
        final long length = littleEndian(in.readNBytes(lengthBytes), lengthBytes, name);
        if (length > MAXIMUM_HEADER) {
            throw new IOException("%s has a .npy header of %d bytes".formatted(name, length));
        }

        final byte[] text = in.readNBytes((int) length);
        if (text.length < length) {
            throw new EOFException("%s ends within its header".formatted(name));
        }

        return parse(new String(text, StandardCharsets.UTF_8), start.length + lengthBytes + text.length, name);
    }

    private static long littleEndian(final byte[] bytes, final int expected, final String name) throws EOFException {
        if (bytes.length < expected) {
            throw new EOFException("%s ends within its header".formatted(name));
        }

        long value = 0;
        for (int i = expected - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xff;
        }

        return value;
    }

    private static Header parse(final String text, final int dataOffset, final String name) throws IOException {
        final Matcher description = DESCRIPTION.matcher(text);
        final Matcher fortran = FORTRAN_ORDER.matcher(text);
        final Matcher shape = SHAPE.matcher(text);
        if (!description.find() || !fortran.find() || !shape.find()) {
            throw new IOException("%s has a .npy header that is not understood: %s".formatted(name, text.strip()));
        }

        final int[] sizes = sizes(shape.group(1), name);
        if (fortran.group(1).equals("True") && sizes.length > 1) {
            throw new IOException("%s is in Fortran order; save it with numpy.ascontiguousarray".formatted(name));
        }

        final ByteOrder order = description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        final Header header = new Header(typeOf(description.group(2), name), order, sizes, dataOffset);
        try {
            Math.addExact(header.dataBytes(), (long) dataOffset);
        } catch (final ArithmeticException e) {
            throw new IOException("%s has an impossible shape %s".formatted(name, Arrays.toString(sizes)), e);
        }

        return header;
    }

    private static ElementType typeOf(final String code, final String name) throws IOException {
        for (final ElementType type : ElementType.values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }

        throw new IOException("%s holds numbers of the kind '%s', which are not read".formatted(name, code));
    }

    private static int[] sizes(final String tuple, final String name) throws IOException {
        final String[] parts = tuple.replace("L", "").split(",");
        final int[] sizes = new int[parts.length];
        int axes = 0;
        for (final String part : parts) {
            if (!part.isBlank()) {
                sizes[axes++] = size(part.strip(), name);
            }
        }

        return Arrays.copyOf(sizes, axes);
    }

    private static int size(final String text, final String name) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException e) {
            throw new IOException("%s has an axis of %s numbers".formatted(name, text), e);
        }
    }

    public Header header() {
        return header;
    }

    /** @return C order, the last axis is the fastest */
    public int[] shape() {
        return header.shape();
    }

    public ElementType type() {
        return header.type();
    }

    /** @return the numbers as float32, whatever kind they are */
    public float[] floats() {
        final float[] values = new float[(int) header.count()];
        if (header.type() == ElementType.FLOAT32) {
            data.duplicate().order(header.order()).asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) real(i);
            }
        }

        return values;
    }

    /** @return the numbers as float64, whatever kind they are */
    public double[] doubles() {
        final double[] values = new double[(int) header.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(i);
        }

        return values;
    }

    /**
     * @return the numbers as int64
     * @throws IllegalStateException if they are float16, float32 or float64
     */
    public long[] longs() {
        final long[] values = new long[(int) header.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = whole(i);
        }

        return values;
    }

    /**
     * @return the bytes of uint8, int8 and bool
     * @throws IllegalStateException if they are of another kind
     */
    public byte[] bytes() {
        if (header.type().bytes() != 1) {
            throw new IllegalStateException("Numbers of kind %s are not bytes".formatted(header.type()));
        }

        final byte[] values = new byte[(int) header.count()];
        data.duplicate().get(values);
        return values;
    }

    private double real(final int index) {
        return switch (header.type()) {
            case FLOAT16 -> Float.float16ToFloat(data.getShort(index * Short.BYTES));
            case FLOAT32 -> data.getFloat(index * Float.BYTES);
            case FLOAT64 -> data.getDouble(index * Double.BYTES);
            case BOOL, UINT8, INT8, INT16, INT32, INT64 -> whole(index);
        };
    }

    private long whole(final int index) {
        return switch (header.type()) {
            case BOOL, UINT8 -> data.get(index) & 0xff;
            case INT8 -> data.get(index);
            case INT16 -> data.getShort(index * Short.BYTES);
            case INT32 -> data.getInt(index * Integer.BYTES);
            case INT64 -> data.getLong(index * Long.BYTES);
            case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException("Numbers of kind %s are not whole".formatted(header.type()));
        };
    }

    /**
     * Writes float32.
     *
     * @param out    not closed
     * @param shape  C order; its product is the number of values
     * @param blocks the values, one block after the other, such as the channels of a case
     */
    public static void writeFloats(final OutputStream out, final int[] shape, final float[]... blocks) throws IOException {
        long count = 0;
        for (final float[] block : blocks) {
            count += block.length;
        }

        requireCount(shape, count);
        writeHeader(out, ElementType.FLOAT32, shape);
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        final int perChunk = CHUNK_BYTES / Float.BYTES;
        for (final float[] block : blocks) {
            for (int start = 0; start < block.length; start += perChunk) {
                final int length = Math.min(perChunk, block.length - start);
                chunk.asFloatBuffer().put(block, start, length);
                out.write(chunk.array(), 0, length * Float.BYTES);
            }
        }
    }

    /** Writes float16, rounding to the nearest. Parameters as for {@link #writeFloats}. */
    public static void writeHalves(final OutputStream out, final int[] shape, final float[]... blocks) throws IOException {
        requireCount(shape, Arrays.stream(blocks).mapToLong(block -> block.length).sum());
        writeHeader(out, ElementType.FLOAT16, shape);
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (final float[] block : blocks) {
            for (final float value : block) {
                chunk.putShort(Float.floatToFloat16(value));
                if (!chunk.hasRemaining()) {
                    out.write(chunk.array(), 0, chunk.position());
                    chunk.clear();
                }
            }
        }

        out.write(chunk.array(), 0, chunk.position());
    }

    /** Writes uint8. Parameters as for {@link #writeFloats}. */
    public static void writeBytes(final OutputStream out, final int[] shape, final byte[] values) throws IOException {
        requireCount(shape, values.length);
        writeHeader(out, ElementType.UINT8, shape);
        out.write(values);
    }

    /** Writes int64. Parameters as for {@link #writeFloats}. */
    public static void writeLongs(final OutputStream out, final int[] shape, final long[] values) throws IOException {
        requireCount(shape, values.length);
        writeHeader(out, ElementType.INT64, shape);
        final ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        out.write(bytes.array());
    }

    private static void requireCount(final int[] shape, final long values) {
        long count = 1;
        for (final int size : shape) {
            count *= size;
        }

        if (count != values) {
            throw new IllegalArgumentException("%d values for an array of shape %s".formatted(values, Arrays.toString(shape)));
        }
    }

    private static void writeHeader(final OutputStream out, final ElementType type, final int[] shape) throws IOException {
        final StringJoiner sizes = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
        for (final int size : shape) {
            sizes.add(Integer.toString(size));
        }

        final String endian = type.bytes() == 1 ? "|" : "<";
        final StringBuilder text = new StringBuilder("{'descr': '%s%s', 'fortran_order': False, 'shape': %s, }".formatted(endian, type.code, sizes));
        final int before = MAGIC.length + 4;
        while ((before + text.length() + 1) % ALIGNMENT != 0) {
            text.append(' ');
        }

        text.append('\n');
        out.write(MAGIC);
        out.write(new byte[] {1, 0, (byte) text.length(), (byte) (text.length() >> 8)});
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
