/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.volume.CaseFile;
import io.github.nnunet.volume.CaseSummary;
import io.github.nnunet.volume.Geometry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the image files of a dataset one after the other and notes what is wrong with each. */
final class ImageInspection {
    private static final int CHUNK = 1 << 14;

    private final NiftiLimits limits;
    private final List<DatasetFinding> findings;
    private final Map<String, Path> fileOfDigest = new HashMap<>();

    /** @param findings where findings are added */
    ImageInspection(final NiftiLimits limits, final List<DatasetFinding> findings) {
        this.limits = limits;
        this.findings = findings;
    }

    /**
     * What is known of a file whose voxels could be read.
     *
     * @param geometry empty if the header has no sound one
     */
    record Image(Optional<Geometry> geometry, int channels) {
    }

    /** @return the file's facts; empty if it cannot be read */
    Optional<Image> inspect(final Path file) {
        final Optional<NiftiImage> image = read(file, limits, findings);
        if (image.isEmpty()) {
            return Optional.empty();
        }

        requireFinite(file, image.get());
        requireNew(file, image.get());
        try {
            final CaseSummary summary = CaseFile.readSummary(file);
            return Optional.of(new Image(Optional.of(summary.geometry()), summary.channels()));
        } catch (final CaseException | IOException e) {
            findings.add(new DatasetFinding(problemOf(e), List.of(file), sentence(e)));
            return Optional.of(new Image(Optional.empty(), image.get().volumeCount()));
        }
    }

    /** @return the file's voxels; empty, and a finding more, if it cannot be read */
    static Optional<NiftiImage> read(final Path file, final NiftiLimits limits, final List<DatasetFinding> findings) {
        if (!Files.exists(file)) {
            findings.add(new DatasetFinding(DatasetProblem.MISSING, List.of(file), "there is no such file. Add it, or take its case away."));
            return Optional.empty();
        }

        try {
            return Optional.of(NiftiReader.read(file, limits));
        } catch (final CaseException | IOException e) {
            findings.add(new DatasetFinding(problemOf(e), List.of(file), sentence(e)));
            return Optional.empty();
        }
    }

    static DatasetProblem problemOf(final Exception fault) {
        return fault instanceof final CaseException known && known.category() == FaultCategory.GEOMETRY ? DatasetProblem.SPACING : DatasetProblem.UNREADABLE;
    }

    static String sentence(final Exception fault) {
        return fault instanceof CaseException ? fault.getMessage() : "it cannot be read (%s). Look at the disk and at the rights of NiFi's user.".formatted(fault);
    }

    private void requireFinite(final Path file, final NiftiImage image) {
        long notFinite = 0;
        boolean anyValue = false;
        for (final float[] volume : image.volumes()) {
            for (final float value : volume) {
                notFinite += Float.isFinite(value) ? 0 : 1;
                anyValue |= value != 0;
            }
        }

        if (notFinite > 0) {
            findings.add(new DatasetFinding(DatasetProblem.NOT_FINITE, List.of(file), "%d voxels are NaN or infinite. Replace them.".formatted(notFinite)));
        }

        if (!anyValue) {
            findings.add(new DatasetFinding(DatasetProblem.EMPTY, List.of(file), "all voxels are 0. Export the scan again, or take its case away."));
        }
    }

    /** The same voxels compressed, converted or under another name are found too. */
    private void requireNew(final Path file, final NiftiImage image) {
        final Path other = fileOfDigest.putIfAbsent(digest(image), file);
        if (other != null) {
            findings.add(new DatasetFinding(DatasetProblem.DUPLICATE, List.of(file, other),
                    "both have the same voxels, so one scan would count twice, or one channel would stand for two. Remove or replace one."));
        }
    }

    private static String digest(final NiftiImage image) {
        final MessageDigest digest = newDigest();
        final ByteBuffer buffer = ByteBuffer.allocate(CHUNK * Float.BYTES);
        digest.update(image.header().dimensions().toString().getBytes(StandardCharsets.UTF_8));
        for (final float[] volume : image.volumes()) {
            for (int start = 0; start < volume.length; start += CHUNK) {
                final int count = Math.min(CHUNK, volume.length - start);
                buffer.clear();
                buffer.asFloatBuffer().put(volume, start, count);
                digest.update(buffer.limit(count * Float.BYTES));
            }
        }

        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
