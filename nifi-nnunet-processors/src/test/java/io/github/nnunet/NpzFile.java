/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet;

import io.github.nnunet.dataset.NpyFile;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The arrays of a NumPy .npz file, by name. */
public final class NpzFile {
    private static final String EXTENSION = ".npy";

    private final Path file;
    private final Map<String, NpyFile> arrays;

    private NpzFile(final Path file, final Map<String, NpyFile> arrays) {
        this.file = file;
        this.arrays = arrays;
    }

    public static NpzFile read(final Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file);
        }
    }

    /** @param resource a path on the test class path, such as "/golden/metric/dice_metric_inputs.npz" */
    public static NpzFile resource(final String resource) throws IOException {
        try (InputStream in = NpzFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("No test resource " + resource);
            }

            return read(in, Path.of(resource));
        }
    }

    private static NpzFile read(final InputStream in, final Path file) throws IOException {
        final Map<String, NpyFile> arrays = new TreeMap<>();
        final ZipInputStream zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            final String name = entry.getName();
            final NpyFile array = NpyFile.read(new ByteArrayInputStream(zip.readAllBytes()), file + "!" + name);
            arrays.put(name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name, array);
        }

        return new NpzFile(file, Collections.unmodifiableMap(arrays));
    }

    public Set<String> names() {
        return arrays.keySet();
    }

    public boolean has(final String name) {
        return arrays.containsKey(name);
    }

    /** @throws IllegalArgumentException if there is no such array */
    public NpyFile get(final String name) {
        final NpyFile array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("%s has no array %s, but %s".formatted(file, name, arrays.keySet()));
        }

        return array;
    }
}
