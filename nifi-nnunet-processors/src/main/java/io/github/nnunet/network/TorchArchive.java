/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A TorchScript archive being written: a zip whose entries are stored, all in one folder. */
final class TorchArchive implements Closeable {

    private static final String ROOT = "archive/";
    private static final String CODE = "code/__torch__.py";
    /** The oldest file format that every libtorch in use reads; operators have not changed their meaning since for what is written here. */
    private static final String FORMAT = "3\n";
    private static final int CHUNK_FLOATS = 1 << 14;
    /** Zip entries carry a time; a fixed one makes equal models equal files. */
    private static final long ENTRY_TIME = 315_619_200_000L;

    private final ZipOutputStream zip;

    TorchArchive(final OutputStream out) {
        zip = new ZipOutputStream(out);
        zip.setMethod(ZipOutputStream.STORED);
    }

    /**
     * Writes what makes a module: the pickled object, its classes' text, no constants.
     *
     * @param object pickle of the module
     * @param code   text of {@code __torch__.py}
     */
    void module(final byte[] object, final String code) throws IOException {
        bytes("data.pkl", object);
        bytes(CODE, code.getBytes(StandardCharsets.UTF_8));
        bytes("constants.pkl", new PickleWriter().emptyTuple().finish());
        bytes("version", FORMAT.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(final String name, final byte[] content) throws IOException {
        final CRC32 checksum = new CRC32();
        checksum.update(content);
        begin(name, content.length, checksum);
        zip.write(content);
        zip.closeEntry();
    }

    /** Writes a storage: float32, little endian. */
    void floats(final String name, final float[] values) throws IOException {
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        final CRC32 checksum = new CRC32();
        for (int start = 0; start < values.length; start += CHUNK_FLOATS) {
            checksum.update(chunk.array(), 0, fill(chunk, values, start));
        }

        begin(name, (long) values.length * Float.BYTES, checksum);
        for (int start = 0; start < values.length; start += CHUNK_FLOATS) {
            zip.write(chunk.array(), 0, fill(chunk, values, start));
        }

        zip.closeEntry();
    }

    private static int fill(final ByteBuffer chunk, final float[] values, final int start) {
        final int count = Math.min(CHUNK_FLOATS, values.length - start);
        chunk.clear().asFloatBuffer().put(values, start, count);
        return count * Float.BYTES;
    }

    private void begin(final String name, final long size, final CRC32 checksum) throws IOException {
        final ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setTime(ENTRY_TIME);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
