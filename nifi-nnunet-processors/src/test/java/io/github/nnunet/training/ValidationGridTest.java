/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nnunet.NpzFile;
import io.github.nnunet.ProvesOption;
import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.NpyFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedCase;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.nifti.Orientation;
import io.github.nnunet.volume.Box;
import io.github.nnunet.volume.CaseHistory;
import io.github.nnunet.volume.Geometry;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Scores on the scan's grid, against src/test/reference/validation_grid.py: the channels of the prepared case are the logits. */
class ValidationGridTest {
    private static final double TOLERANCE = 1e-6;
    private static final int OUTPUTS = 3;

    private static TorchEngine engine;
    private static NpzFile golden;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws TorchUnavailableException, IOException {
        engine = TorchEngine.start(new TorchSettings(1, Optional.empty()));
        golden = NpzFile.resource("/golden/metric/validation_grid.npz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"padded", "flat", "cut"})
    @ProvesOption("TrainUNet: Validation Grid")
    void classesAreScoredOnTheScansGridAsTheReferenceComputesIt(final String name) throws IOException, CaseException {
        requireGolden(name, LossSettings.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"smaller", "same"})
    void regionsAreScoredOnTheScansGridAsTheReferenceComputesIt(final String name) throws IOException, CaseException {
        requireGolden(name, new LossSettings(false, true, false, true));
    }

    private void requireGolden(final String name, final LossSettings loss) throws IOException, CaseException {
        final PreparedCase prepared = store(name, Optional.of(golden.get(name + "__label").bytes()));
        final double[] expected = doubles(golden.get(name + "__dice").floats());
        assertArrayEquals(expected, score(prepared, loss, ValidationGrid.ORIGINAL), TOLERANCE);
        assertNotEquals(expected[0], score(prepared, loss, ValidationGrid.PREPARED)[0], TOLERANCE);
    }

    private static double[] doubles(final float[] values) {
        final double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    /** Its resampled label is background everywhere, which no score on the scan's grid looks at. */
    private PreparedCase store(final String name, final Optional<byte[]> label) throws IOException, CaseException {
        final int[] meta = Arrays.stream(golden.get(name + "__meta").longs()).mapToInt(Math::toIntExact).toArray();
        final NpyFile logits = golden.get(name + "__logits");
        final Shape shape = new Shape(logits.shape()[1], logits.shape()[2], logits.shape()[3]);
        final float[][] channels = new float[OUTPUTS][];
        for (int channel = 0; channel < OUTPUTS; channel++) {
            channels[channel] = Arrays.copyOfRange(logits.floats(), channel * shape.voxels(), (channel + 1) * shape.voxels());
        }

        final Geometry scan = new Geometry(new Shape(meta[6], meta[7], meta[8]), Orientation.aligned(1, 1, 1));
        final CaseHistory history = CaseHistory.of(scan)
                .withCrop(new Box(meta[0], meta[1], meta[2], meta[3], meta[4], meta[5]))
                .withResampledFrom(new Shape(meta[9], meta[10], meta[11]))
                .withPadding(new CaseHistory.Padding(meta[12], meta[13], meta[14], new Shape(meta[15], meta[16], meta[17])));
        final ScanCase prepared = new ScanCase(List.of("0", "1", "2"), channels, new byte[shape.voxels()], new Geometry(shape, Orientation.aligned(1, 1, 1)), history);
        final PreparedDataset dataset = new PreparedDataset(folder);
        dataset.store(name, prepared, label, scan.shape());
        return dataset.open(name);
    }

    @Test
    void memoryIsAskedForWhatTheScansGridTakesToo() throws IOException, CaseException {
        final PreparedCase prepared = store("padded", Optional.of(golden.get("padded__label").bytes()));
        final Shape unpadded = prepared.meta().orElseThrow().padding().orElseThrow().from();
        final Shape cropped = prepared.meta().orElseThrow().cropped();
        final Shape scan = prepared.meta().orElseThrow().original();
        assertNotEquals(unpadded, prepared.shape());

        final double windows = prepared.shape().voxels() * (4.0 * (OUTPUTS + OUTPUTS + 1) + 2);
        final double onScan = 4.0 * (prepared.shape().voxels() * (OUTPUTS + OUTPUTS) + OUTPUTS * (unpadded.voxels() + cropped.height() * cropped.width())) + 2.0 * scan.voxels();
        assertTrue(onScan > windows);
        assertEquals(windows, validation(prepared, LossSettings.defaults(), ValidationGrid.PREPARED).neededBytes(OUTPUTS));
        assertEquals(prepared.shape().voxels() * (4.0 * (OUTPUTS + 16 + 1) + 2 * 16 + 2), validation(prepared, LossSettings.defaults(), ValidationGrid.PREPARED).neededBytes(16));
        assertEquals(onScan, validation(prepared, LossSettings.defaults(), ValidationGrid.ORIGINAL).neededBytes(OUTPUTS));
    }

    private static Validation validation(final PreparedCase prepared, final LossSettings loss, final ValidationGrid grid) {
        final List<LabelClass> classes = loss.brats()
                ? List.of(new LabelClass(0, "background"), new LabelClass(1, "core"), new LabelClass(2, "edema"), new LabelClass(3, "enhancing"))
                : List.of(new LabelClass(0, "background"), new LabelClass(1, "one"), new LabelClass(2, "two"));
        final Plan plan = new Plan("91", "Grid", 3, Modality.MRI, List.of("0", "1", "2"), classes, new Spacing(1, 1, 1), prepared.shape(), Optional.empty(), false);
        final ValidationSettings settings = new ValidationSettings(1, 0, 0, 0, 1, 0, false, false, 0, grid);
        return new Validation(List.of(prepared), new TargetMap(plan, loss), prepared.shape(), settings, System::nanoTime);
    }

    private static double[] score(final PreparedCase prepared, final LossSettings loss, final ValidationGrid grid) throws CaseException {
        final Validation validation = validation(prepared, loss, grid);
        try (NDManager work = engine.newManager(ComputeDevice.CPU)) {
            return validation.score(new IdentityNetwork(), work, () -> false, StepListener.SILENT).stream().mapToDouble(ClassDice::dice).toArray();
        }
    }

    @Test
    void aCaseWithoutItsOriginalLabelOrItsPaddingIsRefusedWithARemedy() throws IOException, CaseException {
        final PreparedCase unlabelled = store("padded", Optional.empty());
        requireRefusal(unlabelled, "without its label as it was before preparation");

        store("padded", Optional.of(golden.get("padded__label").bytes()));
        final Path meta = folder.resolve("padded_meta.npy");
        final long[] rowsOfReference = Arrays.copyOf(NpyFile.read(meta).longs(), 12);
        AtomicFile.write(meta, out -> NpyFile.writeLongs(out, new int[] {4, 3}, rowsOfReference));
        requireRefusal(new PreparedDataset(folder).open("padded"), "without how it was padded");

        Files.delete(meta);
        requireRefusal(new PreparedDataset(folder).open("padded"), "without how it lies in its scan");
    }

    private static void requireRefusal(final PreparedCase prepared, final String fact) {
        final String message = assertThrows(CaseException.class, () -> ScanLabel.requireStored(prepared)).getMessage();
        assertTrue(message.contains("padded is stored " + fact), message);
        assertTrue(message.endsWith("collect the dataset again, or validate on the prepared grid"), message);
    }

    /** Gives its input. */
    private record IdentityNetwork() implements SegmentationNetwork {

        @Override
        public int inputChannels() {
            return OUTPUTS;
        }

        @Override
        public int outputChannels() {
            return OUTPUTS;
        }

        @Override
        public int dimensions() {
            return 3;
        }

        @Override
        public ComputeDevice device() {
            return ComputeDevice.CPU;
        }

        @Override
        public NDArray forward(final NDManager results, final NDArray batch) {
            return batch;
        }

        @Override
        public void close() {
        }
    }
}
