/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** What there is to compare. */
final class BenchRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double OF_RESAMPLING = 1e-4;
    private static final double OF_NETWORKS = 1e-3;
    private static final double EXACT = 0;
    private static final double OF_SCORES = 1e-6;
    /** A quick run has a third of the size along each axis. */
    private static final int QUICK_DIVISOR = 3;
    private static final int[] FILTERS_64 = {32, 64, 128, 256, 320, 320};
    private static final int[] FILTERS_40 = {32, 64, 128, 256};
    private static final int[] FILTERS_2D = {32, 64, 128, 256, 512, 512};
    private static final int[] FEWER_FILTERS = {8, 16, 32, 32, 32, 32};

    private final boolean isQuick;
    private final List<BenchRow> rows = new ArrayList<>();

    private BenchRows(final boolean isQuick) {
        this.isQuick = isQuick;
    }

    /** @param isQuick whether volumes and networks are to be small, to see that everything works */
    static List<BenchRow> of(final boolean isQuick) {
        final BenchRows rows = new BenchRows(isQuick);
        rows.addFiles();
        rows.addPreparation();
        rows.addAugmentation();
        rows.addForward();
        rows.addWindows();
        rows.addResults();
        rows.addTraining();
        rows.addScale();
        rows.addFlow();
        return List.copyOf(rows.rows);
    }

    private void add(final String name, final String task, final ObjectNode spec, final Rival rival, final double tolerance) {
        rows.add(new BenchRow(name, task, spec, true, rival, tolerance));
    }

    private ObjectNode mri(final int depth, final int height, final int width, final double millimetres) {
        return scan("MRI", 4, volume(depth, height, width), millimetres, millimetres, millimetres);
    }

    private int[] volume(final int depth, final int height, final int width) {
        return isQuick ? new int[] {depth / QUICK_DIVISOR, height / QUICK_DIVISOR, width / QUICK_DIVISOR} : new int[] {depth, height, width};
    }

    private static ObjectNode scan(final String modality, final int channels, final int[] shape, final double... spacing) {
        final ObjectNode spec = JSON.createObjectNode();
        spec.put("file", "case.nii").put("modality", modality).put("channels", channels);
        put(spec, "shape", shape);
        put(spec, "spacing", spacing);
        put(spec, "target", 1.0, 1.0, 1.0);
        return spec;
    }

    private static void put(final ObjectNode spec, final String name, final int... values) {
        final ArrayNode array = spec.putArray(name);
        for (final int value : values) {
            array.add(value);
        }
    }

    private static void put(final ObjectNode spec, final String name, final double... values) {
        final ArrayNode array = spec.putArray(name);
        for (final double value : values) {
            // Spacings come from files, where they are 32-bit floats.
            array.add((double) (float) value);
        }
    }

    private void addFiles() {
        for (final String ending : List.of("nii", "nii.gz")) {
            final ObjectNode read = mri(155, 240, 240, 1);
            read.put("file", "case." + ending);
            add("read/" + ending, "read", read, Rival.NONE, EXACT);
            final ObjectNode write = mri(155, 240, 240, 1);
            write.put("target", "written." + ending);
            add("write/" + ending, "write", write, Rival.NONE, EXACT);
        }
    }

    private void addPreparation() {
        add("crop", "crop", mri(155, 240, 240, 1), Rival.NONE, EXACT);
        add("resample/mri", "resample", mri(120, 185, 185, 1.3), Rival.NONE, OF_RESAMPLING);
        final ObjectNode ct = ct();
        add("resample/ct-anisotropic", "resample", ct, Rival.NONE, OF_RESAMPLING);
        add("normalize/mri", "normalize", mri(155, 240, 240, 1), Rival.NONE, OF_RESAMPLING);
        add("normalize/ct", "normalize", ct.deepCopy(), Rival.NONE, OF_RESAMPLING);
        add("prepare/mri", "prepare", mri(120, 185, 185, 1.3), Rival.NONE, OF_RESAMPLING);
        add("prepare/mri-1mm", "prepare", mri(155, 240, 240, 1), Rival.NONE, OF_RESAMPLING);
    }

    /** Slices of 5 mm. */
    private ObjectNode ct() {
        final ObjectNode spec = scan("CT", 1, volume(60, 300, 300), 5, 0.9, 0.9);
        put(spec, "target", 2.5, 0.75, 0.75);
        put(spec, "statistics", -200, 700, 300, 120.0);
        return spec;
    }

    private void addAugmentation() {
        add("augment/128", "augment", scan("MRI", 4, patch(128, 128, 128), 1, 1, 1), Rival.NONE, OF_RESAMPLING);
    }

    private void addForward() {
        for (final int batch : new int[] {1, 2, 4}) {
            add("forward/64/batch-%d".formatted(batch), "forward", network(volume64(), FILTERS_64, 4, 4, batch, 0), Rival.PLAIN_NETWORK, OF_NETWORKS);
        }

        for (final int batch : new int[] {1, 2, 4}) {
            add("forward/40x56x40/batch-%d".formatted(batch), "forward", network(patch(40, 56, 40), FILTERS_40, 1, 3, batch, 0), Rival.PLAIN_NETWORK, OF_NETWORKS);
        }

        add("forward/128/batch-1", "forward", network(patch(128, 128, 128), FILTERS_64, 4, 4, 1, 0), Rival.PLAIN_NETWORK, OF_NETWORKS);
        for (final int batch : new int[] {1, 2, 4}) {
            add("forward/2d-192x160/batch-%d".formatted(batch), "forward", network(new int[] {1, 192, 160}, FILTERS_2D, 1, 4, batch, 0), Rival.PLAIN_NETWORK, OF_NETWORKS);
        }
    }

    private int[] volume64() {
        return patch(64, 64, 64);
    }

    /** Network inputs keep sizes that can be halved as often: a quick run has half of a large one. */
    private int[] patch(final int depth, final int height, final int width) {
        return isQuick && depth >= 64 ? new int[] {depth / 2, height / 2, width / 2} : new int[] {depth, height, width};
    }

    private ObjectNode network(final int[] patch, final int[] filters, final int channels, final int classes, final int batch, final int heads) {
        final ObjectNode spec = JSON.createObjectNode();
        put(spec, "patch", patch);
        final ArrayNode list = spec.putArray("filters");
        for (int level = 0; level < filters.length; level++) {
            list.add(isQuick ? FEWER_FILTERS[level] : filters[level]);
        }

        return spec.put("channels", channels).put("classes", classes).put("batch", batch).put("heads", heads);
    }

    /** Flips on a single window, which is eight passes as it is. */
    private void addWindows() {
        addWindow("window/96", patch(96, 96, 96), false);
        addWindow("window/64-flips", volume64(), true);
    }

    private void addWindow(final String name, final int[] volume, final boolean isAugmented) {
        final ObjectNode spec = network(volume64(), FILTERS_64, 4, 4, 1, 0);
        put(spec, "volume", volume);
        put(spec, "roi", volume64());
        add(name, "window", spec.put("overlap", 0.5).put("tta", isAugmented), Rival.PLAIN_NETWORK, OF_NETWORKS);
    }

    private void addResults() {
        final ObjectNode restore = JSON.createObjectNode();
        put(restore, "scan", volume(155, 240, 240));
        put(restore, "start", volume(6, 15, 18));
        put(restore, "cropped", volume(141, 210, 201));
        put(restore, "prepared", volume(120, 180, 174));
        add("restore/4-classes", "restore", restore.put("classes", 4), Rival.NONE, OF_RESAMPLING);
        for (final boolean hasSurfaces : new boolean[] {false, true}) {
            final ObjectNode score = scan("MRI", 1, volume(155, 240, 240), 1, 1, 1);
            add(hasSurfaces ? "score/surfaces" : "score/overlap", "score", score.put("classes", 3).put("surfaces", hasSurfaces), Rival.NONE, OF_SCORES);
        }

        add("score/files", "evaluate", scan("MRI", 1, volume(155, 240, 240), 1, 1, 1).put("classes", 3), Rival.NONE, OF_SCORES);
    }

    /** Java has little to do with a step, whose tensors are libtorch's: its heap needs room for the largest of the weights that it begins with. */
    private void addTraining() {
        for (final int heads : new int[] {0, 2}) {
            final String ending = heads == 0 ? "" : "-deep-supervision";
            add("train/40x56x40" + ending, "train", network(patch(40, 56, 40), FILTERS_40, 1, 3, 2, heads).put("heap", 16), Rival.NONE, OF_NETWORKS);
            add("train/64" + ending, "train", network(volume64(), FILTERS_64, 4, 4, 2, heads).put("heap", 512), Rival.NONE, OF_NETWORKS);
        }

        add("train/2d-192x160", "train", network(new int[] {1, 192, 160}, FILTERS_2D, 1, 4, 2, 0).put("heap", 512), Rival.NONE, OF_NETWORKS);
        add("train/128", "train", network(patch(128, 128, 128), FILTERS_64, 4, 4, 1, 0).put("heap", 512), Rival.NONE, OF_NETWORKS);
    }

    /** Preparation of 1, 2, 4 and 8 times the same volume; and of several cases at once. */
    private void addScale() {
        final int[][] sizes = {{60, 92, 92}, {120, 92, 92}, {120, 184, 92}, {120, 184, 184}};
        for (int doubled = 0; doubled < sizes.length; doubled++) {
            final ObjectNode spec = mri(sizes[doubled][0], sizes[doubled][1], sizes[doubled][2], 1.3);
            rows.add(new BenchRow("scale/volume-%d".formatted(1 << doubled), "prepare", spec, false, Rival.NONE, OF_RESAMPLING));
        }

        rows.add(new BenchRow("tasks/prepare-2", "prepare", mri(120, 184, 92, 1.3).put("tasks", 2), false, Rival.ONE_BY_ONE, EXACT));
        final ObjectNode window = network(patch(40, 56, 40), FILTERS_40, 1, 3, 1, 0);
        put(window, "volume", patch(60, 84, 60));
        put(window, "roi", patch(40, 56, 40));
        window.put("overlap", 0.5).put("tta", false).put("tasks", 2).put("threads", 1);
        rows.add(new BenchRow("tasks/window-2", "window", window, false, Rival.ONE_BY_ONE, EXACT));
    }

    /** A whole case through the flow that predicts a folder. */
    private void addFlow() {
        final ObjectNode flow = mri(155, 240, 240, 1);
        flow.setAll(network(volume64(), FILTERS_64, 4, 4, 1, 0));
        flow.put("overlap", 0.25);
        rows.add(new BenchRow("flow/predict-folder", "flow", flow, false, Rival.WITHOUT_NIFI, EXACT));
    }
}
