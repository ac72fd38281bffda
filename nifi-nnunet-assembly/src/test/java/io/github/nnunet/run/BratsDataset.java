/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.PhantomDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiImage;
import io.github.nnunet.nifti.NiftiLimits;
import io.github.nnunet.nifti.NiftiReader;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.nifti.Orientation;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** BraTS folders for the system tests: phantoms whose four modalities are made from one scan, and pieces of a real patient. */
final class BratsDataset {
    static final List<String> MODALITIES = List.of("flair", "t1", "t1ce", "t2");
    private static final List<String> REAL_NAMES = List.of("fla", "t1", "t1c", "t2");
    private static final int PIECE = 40;
    /** How bright background, necrotic core (1), oedema (2) and enhancing tumour (4) are in each modality, times the phantom's own intensity. */
    private static final double[][] CONTRAST = {{1, 1.2, 2, 0, 1.5}, {1, 0.6, 0.8, 0, 0.7}, {1, 0.6, 0.8, 0, 2.5}, {1, 1.8, 1.6, 0, 1.3}};

    private final Path folder;

    BratsDataset(final Path folder) {
        this.folder = folder;
    }

    /** Adds patients BraTS_901, BraTS_902, … as BraTS lays them out. The phantom's body is oedema, its core half necrotic and half enhancing. */
    void addPhantoms(final int count, final Path scratch) throws IOException, CaseException {
        final Path phantom = scratch.resolve(PhantomDataset.FOLDER_NAME);
        PhantomDataset.write(phantom, count, 7);
        final List<Path> images = ResultsFolder.images(phantom.resolve("imagesTr"));
        for (int index = 0; index < count; index++) {
            final NiftiImage scan = NiftiReader.read(images.get(index), NiftiLimits.forHeap());
            final float[] tissue = scan.volume(0);
            final float[] label = bratsLabel(NiftiReader.read(phantom.resolve("labelsTr").resolve(images.get(index).getFileName()), NiftiLimits.forHeap()));
            final String id = "BraTS_%d".formatted(901 + index);
            final Random random = new Random(index);
            for (int modality = 0; modality < MODALITIES.size(); modality++) {
                final float[] values = new float[tissue.length];
                for (int voxel = 0; voxel < values.length; voxel++) {
                    final double noise = tissue[voxel] == 0 ? 0 : random.nextGaussian();
                    values[voxel] = (float) Math.max(0, tissue[voxel] * CONTRAST[modality][(int) label[voxel]] + noise);
                }

                write(id, MODALITIES.get(modality), scan.header(), values);
            }

            write(id, "seg", scan.header(), label);
        }
    }

    /** Class 1 stays where it is the phantom's body, as oedema; of the core the lower half is necrotic and the upper half enhances. */
    private static float[] bratsLabel(final NiftiImage phantom) {
        final float[] classes = phantom.volume(0);
        final int slice = phantom.header().width() * phantom.header().height();
        long sum = 0;
        int count = 0;
        for (int voxel = 0; voxel < classes.length; voxel++) {
            if (classes[voxel] == 2) {
                sum += voxel / slice;
                count++;
            }
        }

        final float[] label = new float[classes.length];
        for (int voxel = 0; voxel < classes.length; voxel++) {
            if (classes[voxel] == 1) {
                label[voxel] = 2;
            } else if (classes[voxel] == 2) {
                label[voxel] = (long) (voxel / slice) * count < sum ? 1 : 4;
            }
        }

        return label;
    }

    /** Adds pieces of one real patient, of 40 voxels along each axis, around its tumour: BraTS_001, BraTS_002, …. */
    void addRealPieces(final int count, final Path patient) throws IOException, CaseException {
        final NiftiImage label = NiftiReader.read(only(patient, "_seg.nii.gz"), NiftiLimits.forHeap());
        final int[] centre = centre(label);
        for (int modality = 0; modality < MODALITIES.size(); modality++) {
            final NiftiImage image = NiftiReader.read(only(patient, "_" + REAL_NAMES.get(modality) + ".nii.gz"), NiftiLimits.forHeap());
            for (int piece = 0; piece < count; piece++) {
                writePiece(piece, MODALITIES.get(modality), image, centre);
            }
        }

        for (int piece = 0; piece < count; piece++) {
            writePiece(piece, "seg", label, centre);
        }
    }

    private static Path only(final Path folder, final String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }

    /** @return the middle of what is labelled, x, y, z */
    private static int[] centre(final NiftiImage label) {
        final long[] sums = new long[4];
        final int width = label.header().width();
        final int height = label.header().height();
        for (int voxel = 0; voxel < label.volume(0).length; voxel++) {
            if (label.volume(0)[voxel] != 0) {
                sums[0] += voxel % width;
                sums[1] += voxel / width % height;
                sums[2] += voxel / width / height;
                sums[3]++;
            }
        }

        return new int[] {(int) (sums[0] / sums[3]), (int) (sums[1] / sums[3]), (int) (sums[2] / sums[3])};
    }

    private void writePiece(final int piece, final String role, final NiftiImage image, final int[] centre) throws IOException {
        final int width = image.header().width();
        final int height = image.header().height();
        final int x0 = Math.clamp(centre[0] - PIECE / 2 + 10L * piece, 0, width - PIECE);
        final int y0 = Math.clamp(centre[1] - PIECE / 2, 0, height - PIECE);
        final int z0 = Math.clamp(centre[2] - PIECE / 2, 0, image.header().depth() - PIECE);
        final float[] values = new float[PIECE * PIECE * PIECE];
        for (int z = 0; z < PIECE; z++) {
            for (int y = 0; y < PIECE; y++) {
                System.arraycopy(image.volume(0), ((z0 + z) * height + y0 + y) * width + x0, values, (z * PIECE + y) * PIECE, PIECE);
            }
        }

        write("BraTS_%03d".formatted(1 + piece), role, NiftiHeader.of(List.of(PIECE, PIECE, PIECE), DataType.FLOAT32, Orientation.aligned(1, 1, 1)), values);
    }

    private void write(final String id, final String role, final NiftiHeader grid, final float[] values) throws IOException {
        final Path file = Files.createDirectories(folder.resolve(id)).resolve("%s_%s.nii".formatted(id, role));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            NiftiWriter.write(out, NiftiHeader.of(grid.dimensions(), DataType.FLOAT32, grid.orientation()), new float[][] {values});
        }
    }
}
