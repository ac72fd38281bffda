/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of files. A file that did not change since is not read again. */
public final class FileDigests {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    private record Known(long size, FileTime changed, Object key, String digest) {

        boolean isOf(final BasicFileAttributes attributes) {
            return size == attributes.size() && changed.equals(attributes.lastModifiedTime()) && (key == null || key.equals(attributes.fileKey()));
        }
    }

    /**
     * @return the digest in lower case hexadecimal digits
     * @throws CaseException if there is no such file
     */
    public String digest(final Path file) throws CaseException, IOException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The model file %s is not there, or NiFi's user may not read it. Correct the path, or bring the file there.".formatted(file));
        }

        final Path path = file.toAbsolutePath().normalize();
        final BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        final Known before = known.get(path);
        if (before != null && before.isOf(attributes)) {
            return before.digest();
        }

        final String digest = compute(path);
        known.put(path, new Known(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey(), digest));
        return digest;
    }

    private static String compute(final Path file) throws IOException {
        final MessageDigest digest = sha256();
        final byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int count = in.read(buffer);
            while (count >= 0) {
                digest.update(buffer, 0, count);
                count = in.read(buffer);
            }
        }

        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
