/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.LabelVoxels;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiVersion;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.nifti.VolumeSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A case as a NIfTI file: 4D float32, the image channels first and the label last, and in a header extension what the
 * channels are and what was done so far. A plain NIfTI is read as a case with no label and no history: its volumes are
 * channels named 0, 1, and so on. Every NIfTI reader opens the files and sees the case's present grid.
 *
 * <p>The file is NIfTI-1, which all viewers know, unless the scan itself was finer in its geometry than float32 or a
 * size exceeds that version: then it is NIfTI-2. In NIfTI-1 the header has the present grid rounded to float32, and
 * the extension has it exactly.
 */
public final class CaseFile {

    private CaseFile() {
    }

    /**
     * Reads a case, from one file.
     *
     * @param name   what messages call the file
     * @param limits checked against the header before voxels get memory
     * @throws CaseException if the file is not a sound NIfTI, a voxel is not a finite number, the spacing is not
     *                       positive, or the label has other values than 0 to 255
     */
    public static ScanCase read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        return toCase(NiftiReader.read(in, name, limits, (header, volumes) -> contents(header, volumes, name)), name);
    }

    /** The same from a path, which may also be one of a .hdr/.img pair. */
    public static ScanCase read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        final String name = String.valueOf(file.getFileName());
        return toCase(NiftiReader.read(file, limits, (header, volumes) -> contents(header, volumes, name)), name);
    }

    /** A file that was read, whose values were not judged: what a damaged file has may mean nothing. */
    private record Contents(CaseRecord record, float[][] channels, boolean isFinite, Optional<LabelVoxels> label) {
    }

    private static Contents contents(final NiftiHeader header, final VolumeSource volumes, final String name) throws IOException, CaseException {
        final CaseRecord record = record(header, name);
        final float[][] channels = new float[record.channelNames().size()][];
        for (int channel = 0; channel < channels.length; channel++) {
            channels[channel] = volumes.floats();
        }

        final Optional<LabelVoxels> label = record.hasLabel() ? Optional.of(volumes.labels()) : Optional.empty();
        return new Contents(record, channels, volumes.isFinite(), label);
    }

    private static ScanCase toCase(final Contents contents, final String name) throws CaseException {
        final CaseRecord record = contents.record();
        if (!contents.isFinite()) {
            for (int channel = 0; channel < contents.channels().length; channel++) {
                requireFinite(contents.channels()[channel], channel, record.grid().shape(), name);
            }
        }

        final byte[] label = contents.label().isPresent() ? LabelFile.sound(contents.label().get(), name) : null;
        return new ScanCase(record.channelNames(), contents.channels(), label, record.grid(), record.history());
    }

    private static CaseRecord record(final NiftiHeader header, final String name) throws CaseException {
        final Geometry geometry = FileGrid.of(header, name);
        final Optional<CaseRecord> found = CaseRecord.find(header, name);
        if (found.isPresent()) {
            return found.get();
        }

        final List<String> names = IntStream.range(0, header.volumes()).mapToObj(Integer::toString).toList();
        return new CaseRecord(names, false, geometry, CaseHistory.of(geometry));
    }

    private static void requireFinite(final float[] values, final int channel, final Shape shape, final String name) throws CaseException {
        int count = 0;
        int first = -1;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                count++;
                first = first < 0 ? i : first;
            }
        }

        if (count > 0) {
            final int x = first % shape.width();
            final int y = first / shape.width() % shape.height();
            final int z = first / shape.width() / shape.height();
            throw new CaseException(FaultCategory.UNREADABLE, "%s has %d voxels that are not finite numbers, the first (%s) in channel %d at x %d, y %d, z %d. Replace them."
                    .formatted(name, count, values[first], channel, x, y, z));
        }
    }

    /** Reads what the header says, and no voxels. */
    public static CaseSummary readSummary(final InputStream in, final String name) throws IOException, CaseException {
        return summary(NiftiReader.readHeader(in, name), name);
    }

    /** The same from a path. */
    public static CaseSummary readSummary(final Path file) throws IOException, CaseException {
        return summary(NiftiReader.readHeader(file), String.valueOf(file.getFileName()));
    }

    private static CaseSummary summary(final NiftiHeader header, final String name) throws CaseException {
        final CaseRecord record = record(header, name);
        return new CaseSummary(record.channelNames(), record.hasLabel(), record.grid(), record.history(), header.floatBytes());
    }

    /** Writes a case, not compressed. The stream is left open. */
    public static void write(final OutputStream out, final SlicedCase scanCase) throws IOException {
        final Optional<byte[]> label = scanCase.label();
        final CaseRecord record = new CaseRecord(scanCase.channelNames(), label.isPresent(), scanCase.geometry(), scanCase.history());
        final NiftiHeader header = header(record);
        NiftiWriter.writeHeader(out, header.withExtensions(List.of(record.toExtension())));
        final Shape shape = scanCase.geometry().shape();
        final float[] slice = new float[shape.height() * shape.width()];
        for (int channel = 0; channel < scanCase.channelNames().size(); channel++) {
            final SliceSource slices = scanCase.slices(channel);
            for (int z = 0; z < shape.depth(); z++) {
                slices.slice(z, slice, 0);
                NiftiWriter.writeVoxels(out, header, slice);
            }
        }

        if (label.isPresent()) {
            NiftiWriter.writeVolume(out, header, label.get());
        }
    }

    private static NiftiHeader header(final CaseRecord record) {
        final Shape shape = record.grid().shape();
        final Orientation orientation = record.grid().orientation();
        final List<Integer> sizes = List.of(shape.width(), shape.height(), shape.depth(), record.channelNames().size() + (record.hasLabel() ? 1 : 0));
        final boolean scanFits = NiftiHeader.fitsVersionOne(record.history().scan().orientation());
        final NiftiVersion version = scanFits && NiftiHeader.fitsVersionOne(sizes) && survivesRounding(orientation) ? NiftiVersion.ONE : NiftiVersion.TWO;
        return NiftiHeader.of(version, sizes, DataType.FLOAT32, orientation);
    }

    /** A number beyond the range of float32 would become zero or infinite. */
    private static boolean survivesRounding(final Orientation orientation) {
        final Orientation rounded = orientation.rounded();
        return NiftiHeader.fitsVersionOne(rounded)
                && Arrays.stream(rounded.pixdim()).allMatch(size -> size > 0 && Double.isFinite(size))
                && Arrays.stream(rounded.affine()).allMatch(Double::isFinite);
    }
}
