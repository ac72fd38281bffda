/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifti;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads NIfTI-1 and NIfTI-2 in one pass: single files from streams, single files and .hdr/.img pairs from paths, plain
 * or compressed by gzip, in either byte order. All methods throw {@link CaseException} for whatever is wrong with the
 * file itself, and {@link IOException} only if reading fails. Streams are left open.
 */
public final class NiftiReader {
    private static final List<String> HEADER_ENDINGS = List.of(".hdr", ".hdr.gz", ".HDR", ".HDR.GZ");
    private static final List<String> IMAGE_ENDINGS = List.of(".img", ".img.gz", ".IMG", ".IMG.GZ");

    private NiftiReader() {
    }

    /**
     * Reads a whole file.
     *
     * @param name   what messages call the file
     * @param limits checked against the header before voxels get memory
     */
    public static NiftiImage read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        return readSingle(in, name, limits, NiftiReader::image);
    }

    /** What is made of a file while it is read. Whether a compressed file is sound is known only after that. */
    @FunctionalInterface
    public interface Form<T> {
        /** @param volumes of the file, to be read one after the other */
        T read(NiftiHeader header, VolumeSource volumes) throws IOException, CaseException;
    }

    /** Reads a whole file into a form of the caller's. */
    public static <T> T read(final InputStream in, final String name, final NiftiLimits limits, final Form<T> form) throws IOException, CaseException {
        return readSingle(in, name, limits, form);
    }

    /**
     * Reads a whole file, or a pair when given either of its two.
     *
     * @param limits checked against the header before voxels get memory
     */
    public static NiftiImage read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        return read(file, limits, NiftiReader::image);
    }

    private static NiftiImage image(final NiftiHeader header, final VolumeSource source) throws IOException, CaseException {
        final float[][] volumes = new float[header.volumes()][];
        for (int index = 0; index < volumes.length; index++) {
            volumes[index] = source.floats();
        }

        return new NiftiImage(header, volumes);
    }

    /** Reads a whole file or pair into a form of the caller's. */
    public static <T> T read(final Path file, final NiftiLimits limits, final Form<T> form) throws IOException, CaseException {
        final Path headerFile = headerFile(file);
        final String name = nameOf(headerFile);
        try (InputStream in = open(headerFile); ByteSource source = ByteSource.open(in, name, Files.size(headerFile))) {
            final NiftiHeader header = decodeHeader(source, name);
            if (!header.paired()) {
                return readVoxels(source, header, name, limits, form);
            }

            source.finish();
            return readPairedVoxels(imageFile(headerFile), header, limits, form);
        }
    }

    /** Reads the header with its extensions, of a single file or of a pair, and no voxels. */
    public static NiftiHeader readHeader(final InputStream in, final String name) throws IOException, CaseException {
        try (ByteSource source = ByteSource.open(in, name, ByteSource.UNKNOWN_LENGTH)) {
            return decodeHeader(source, name);
        }
    }

    /** Reads the header with its extensions; of a pair when given either of its two. */
    public static NiftiHeader readHeader(final Path file) throws IOException, CaseException {
        final Path headerFile = headerFile(file);
        try (InputStream in = open(headerFile)) {
            return readHeader(in, nameOf(headerFile));
        }
    }

    private static <T> T readSingle(final InputStream in, final String name, final NiftiLimits limits, final Form<T> form) throws IOException, CaseException {
        try (ByteSource source = ByteSource.open(in, name, ByteSource.UNKNOWN_LENGTH)) {
            final NiftiHeader header = decodeHeader(source, name);
            if (header.paired()) {
                throw new CaseException(FaultCategory.UNSUPPORTED,
                        "%s is the header of a .hdr/.img pair: its voxels are in another file. Convert the pair to one .nii file.".formatted(name));
            }

            return readVoxels(source, header, name, limits, form);
        }
    }

    private static NiftiHeader decodeHeader(final ByteSource source, final String name) throws IOException, CaseException {
        final HeaderDecoder decoder = new HeaderDecoder(name);
        final byte[] start = new byte[NiftiVersion.ONE.headerBytes()];
        requireHeader(source.fill(start, 0, start.length), start.length, name);
        final HeaderDecoder.Kind kind = decoder.kind(start);
        final byte[] whole = Arrays.copyOf(start, kind.version().headerBytes());
        final int more = whole.length - start.length;
        requireHeader(source.fill(whole, start.length, more), more, name);
        final NiftiHeader header = decoder.decode(kind, whole);
        final ExtensionDecoder extensions = new ExtensionDecoder(source, name, kind.byteOrder());
        return header.withDecodedExtensions(header.paired() ? extensions.toTheEnd() : extensions.beforeVoxels(header));
    }

    private static void requireHeader(final int count, final int wanted, final String name) throws CaseException {
        if (count < wanted) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s is empty or cut off: it is shorter than the header of a NIfTI file. Copy the whole file again.".formatted(name));
        }
    }

    /** @param source at its first voxel */
    private static <T> T readVoxels(final ByteSource source, final NiftiHeader header, final String name, final NiftiLimits limits, final Form<T> form) throws IOException, CaseException {
        limits.require(header, name);
        final long possible = Math.max(0, source.bytesAtMost() - header.voxelOffset());
        if (possible < header.storedBytes()) {
            // A compressed file this small cannot hold the voxels either; reading on finds its other faults first.
            final long found = source.skip(header.storedBytes());
            throw VoxelDecoder.tooShort(name, header, found);
        }

        final T result = form.read(header, new VoxelDecoder(source, header, name));
        source.finish();
        return result;
    }

    private static <T> T readPairedVoxels(final Path file, final NiftiHeader header, final NiftiLimits limits, final Form<T> form) throws IOException, CaseException {
        final String name = nameOf(file);
        try (InputStream in = open(file); ByteSource source = ByteSource.open(in, name, Files.size(file))) {
            if (source.skip(header.voxelOffset()) < header.voxelOffset()) {
                throw VoxelDecoder.tooShort(name, header, 0);
            }

            return readVoxels(source, header, name, limits, form);
        }
    }

    private static Path headerFile(final Path file) throws CaseException {
        final String ending = ending(file, IMAGE_ENDINGS);
        return ending.isEmpty() ? file : sibling(file, ending, HEADER_ENDINGS);
    }

    private static Path imageFile(final Path headerFile) throws CaseException {
        final String ending = ending(headerFile, HEADER_ENDINGS);
        if (ending.isEmpty()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s is the header of a .hdr/.img pair, but is not called .hdr, so its voxels cannot be found. Convert the pair to one .nii file."
                            .formatted(nameOf(headerFile)));
        }

        return sibling(headerFile, ending, IMAGE_ENDINGS);
    }

    private static String ending(final Path file, final List<String> endings) {
        final String lowerCase = nameOf(file).toLowerCase(Locale.ROOT);
        final Optional<String> found = endings.stream().filter(lowerCase::endsWith).findFirst();
        return found.orElse("");
    }

    private static Path sibling(final Path file, final String ending, final List<String> otherEndings) throws CaseException {
        final String name = nameOf(file);
        final String stem = name.substring(0, name.length() - ending.length());
        for (final String other : otherEndings) {
            final Path candidate = file.resolveSibling(stem + other);
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }

        throw new CaseException(FaultCategory.UNREADABLE,
                "%s is one file of a pair, and %s is not beside it. Put both into the same folder.".formatted(name, stem + otherEndings.getFirst()));
    }

    private static InputStream open(final Path file) throws IOException, CaseException {
        if (Files.isDirectory(file)) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s is a folder, not a NIfTI file. Name the file in it.".formatted(nameOf(file)));
        }

        try {
            return Files.newInputStream(file);
        } catch (final NoSuchFileException | FileNotFoundException fault) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s does not exist. Check its name and folder.".formatted(nameOf(file)), fault);
        } catch (final AccessDeniedException fault) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s may not be read. Give NiFi's user the right to read it.".formatted(nameOf(file)), fault);
        }
    }

    private static String nameOf(final Path file) {
        final Path last = file.getFileName();
        return last == null ? file.toString() : last.toString();
    }
}
