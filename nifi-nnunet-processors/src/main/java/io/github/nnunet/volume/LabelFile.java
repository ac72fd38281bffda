/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.nifti.LabelVoxels;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.VolumeSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A label map as a NIfTI file: one volume of whole numbers from 0 to 255. */
public final class LabelFile {
    /** Labels are long runs of one value: higher levels hardly make them smaller. */
    private static final int GZIP_LEVEL = 5;

    private LabelFile() {
    }

    /**
     * Reads a label map.
     *
     * @param name   what messages call the file
     * @param limits checked against the header before voxels get memory
     * @throws CaseException if the file is not a sound NIfTI, has several volumes or other values than 0 to 255, or its
     *                       spacing is not positive
     */
    public static LabelVolume read(final InputStream in, final String name, final NiftiLimits limits) throws IOException, CaseException {
        return NiftiReader.read(in, name, limits, (header, volumes) -> contents(header, volumes, name)).toVolume(name);
    }

    /** The same from a path, which may also be one of a .hdr/.img pair. */
    public static LabelVolume read(final Path file, final NiftiLimits limits) throws IOException, CaseException {
        final String name = String.valueOf(file.getFileName());
        return NiftiReader.read(file, limits, (header, volumes) -> contents(header, volumes, name)).toVolume(name);
    }

    /** A file that was read, whose values were not judged. */
    private record Contents(LabelVoxels voxels, Geometry geometry) {

        LabelVolume toVolume(final String name) throws CaseException {
            return new LabelVolume(sound(voxels, name), geometry);
        }
    }

    private static Contents contents(final NiftiHeader header, final VolumeSource volumes, final String name) throws IOException, CaseException {
        if (header.volumes() != 1) {
            throw new CaseException(FaultCategory.LABEL,
                    "%s has %d volumes; a label map is one volume with a number for each class. Merge them into one.".formatted(name, header.volumes()));
        }

        final Geometry geometry = FileGrid.of(header, name);
        return new Contents(volumes.labels(), geometry);
    }

    /** @return the labels, after a look at whether all of them are */
    static byte[] sound(final LabelVoxels voxels, final String name) throws CaseException {
        if (voxels.unfit().isPresent()) {
            throw new CaseException(FaultCategory.LABEL, "%s has the value %s in its label, which must have whole numbers from 0 to 255 only. Correct the label map."
                    .formatted(name, voxels.unfit().get()));
        }

        return voxels.values();
    }

    /**
     * Writes a label map as uint8 with exactly the given geometry: NIfTI-1, or NIfTI-2 where that version cannot say it.
     * The stream is left open.
     *
     * @param label unsigned bytes [z*y*x]
     * @param gzip  whether to compress
     */
    public static void write(final OutputStream out, final byte[] label, final Geometry geometry, final boolean gzip) throws IOException {
        write(out, label, geometry, Map.of(), gzip);
    }

    /**
     * The same with the names of the classes, which the file then carries in a header extension.
     *
     * @param classNames the name of each value; none writes no extension
     */
    public static void write(final OutputStream out, final byte[] label, final Geometry geometry, final Map<Integer, String> classNames, final boolean gzip) throws IOException {
        final Shape shape = geometry.shape();
        final NiftiHeader plain = NiftiHeader.of(List.of(shape.width(), shape.height(), shape.depth()), DataType.UINT8, geometry.orientation());
        final NiftiHeader header = classNames.isEmpty() ? plain : plain.withExtensions(List.of(new LabelRecord(classNames).toExtension()));
        if (gzip) {
            try (GzipOutput compressed = new GzipOutput(out, GZIP_LEVEL)) {
                NiftiWriter.write(compressed, header, label);
            }
        } else {
            NiftiWriter.write(out, header, label);
        }
    }
}
