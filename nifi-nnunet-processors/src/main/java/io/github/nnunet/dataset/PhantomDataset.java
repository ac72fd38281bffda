/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.nifti.DataType;
import io.github.nnunet.nifti.GzipOutput;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiWriter;
import io.github.nnunet.volume.LabelFile;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Makes a small dataset to try things on: no download, no patient. Scans of about 40x48x40 voxels at about 1 mm, each with its
 * own grid, and the structures of {@link PhantomScan}, in the layout of the Medical Segmentation Decathlon.
 */
public final class PhantomDataset {
    /** The usual name of the folder. */
    public static final String FOLDER_NAME = "Task90_Phantom";
    private static final int GZIP_LEVEL = 6;
    private static final long SEED_STEP = 1_000_003;

    private PhantomDataset() {
    }

    /**
     * @param folder gets the files of the dataset: imagesTr, labelsTr and, when they are complete, dataset.json
     * @param cases  how many, 1 to 999
     * @param seed   the same seed gives the same voxels
     */
    public static void write(final Path folder, final int cases, final long seed) throws IOException {
        if (cases < 1 || cases > 999) {
            throw new IllegalArgumentException("A phantom dataset has 1 to 999 cases, not %d".formatted(cases));
        }

        final ObjectMapper mapper = new ObjectMapper();
        final ArrayNode training = mapper.createArrayNode();
        for (int number = 1; number <= cases; number++) {
            final String name = "phantom_%03d.nii.gz".formatted(number);
            // A case depends on its number alone, so that a larger dataset begins with the smaller one.
            writeCase(folder, name, PhantomScan.draw(new Random(seed * SEED_STEP + number)));
            training.addObject().put("image", "./imagesTr/" + name).put("label", "./labelsTr/" + name);
        }

        final byte[] json = describe(mapper, training).toPrettyString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve(DatasetJson.FILE_NAME), out -> out.write(json));
    }

    private static void writeCase(final Path folder, final String name, final PhantomScan scan) throws IOException {
        final Shape shape = scan.geometry().shape();
        final List<Integer> dimensions = List.of(shape.width(), shape.height(), shape.depth());
        final NiftiHeader header = NiftiHeader.of(dimensions, DataType.FLOAT32, scan.geometry().orientation());
        AtomicFile.write(folder.resolve(DatasetFolder.TRAINING_IMAGES).resolve(name), out -> {
            try (OutputStream compressed = new GzipOutput(out, GZIP_LEVEL)) {
                NiftiWriter.write(compressed, header, new float[][] {scan.intensities()});
            }
        });
        AtomicFile.write(folder.resolve(DatasetFolder.TRAINING_LABELS).resolve(name), out -> LabelFile.write(out, scan.label(), scan.geometry(), true));
    }

    private static ObjectNode describe(final ObjectMapper mapper, final ArrayNode training) {
        final ObjectNode json = mapper.createObjectNode();
        json.put("name", "Phantom");
        json.put("description", "Made-up heads with a body and a core in it, to try things on");
        json.put("tensorImageSize", "3D");
        json.putObject("modality").put("0", "MRI");
        json.putObject("labels").put("0", "background").put(Byte.toString(PhantomScan.BODY), "Body").put(Byte.toString(PhantomScan.CORE), "Core");
        json.put("numTraining", training.size());
        json.put("numTest", 0);
        json.set("training", training);
        json.putArray("test");
        return json;
    }
}
