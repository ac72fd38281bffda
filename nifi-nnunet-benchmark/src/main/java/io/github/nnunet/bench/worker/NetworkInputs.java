/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.dataset.LabelClass;
import io.github.nnunet.dataset.Modality;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.UNetTopology;
import io.github.nnunet.training.NetworkChoice;
import io.github.nnunet.training.TrainingInputs;
import io.github.nnunet.training.TrainingSettings;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A network of a row, with weights that follow from a seed.
 *
 * @param settings that training would build it by
 */
record NetworkInputs(Plan plan, TrainingSettings settings, UNetTopology topology) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param spec with patch (z,y,x), filters, channels, classes, batch, heads */
    static NetworkInputs of(final Spec spec) throws IOException {
        final List<Integer> filters = spec.list("filters");
        final Shape patch = spec.shape("patch");
        final List<String> channels = new ArrayList<>();
        for (int channel = 0; channel < spec.integer("channels"); channel++) {
            channels.add("channel %d".formatted(channel));
        }

        final List<LabelClass> classes = new ArrayList<>(List.of(new LabelClass(0, "background")));
        for (int value = 1; value < spec.integer("classes"); value++) {
            classes.add(new LabelClass(value, "structure %d".formatted(value)));
        }

        final int dimensions = patch.depth() == 1 ? 2 : 3;
        final Plan plan = new Plan("99", "Benchmark", dimensions, Modality.MRI, channels, classes, new Spacing(1, 1, 1), patch, Optional.empty(), false);
        final int heads = spec.integer("heads");
        final ObjectNode settingsJson = JSON.createObjectNode();
        settingsJson.putObject("network").put("depth", filters.size() - 1).put("deepSupervision", heads > 0).put("deepSupervisionHeads", Math.max(1, heads))
                .set("filters", JSON.valueToTree(filters));
        settingsJson.putObject("sampling").put("batchSize", spec.integer("batch"));
        final TrainingSettings settings = TrainingSettings.fromJson(settingsJson.toString());
        final UNetTopology topology = (UNetTopology) NetworkChoice.topology(settings, plan);
        return new NetworkInputs(plan, settings, topology);
    }

    /** @return the same at each call, all at once; nothing keeps them, as they are most of what there is in a heap */
    NetworkWeights weights() {
        return NetworkWeights.of(topology, TrainingInputs.weights(settings));
    }

    /** @return sizes of a batch: [patch][channel][z][y][x], in 2D [patch][channel][y][x] */
    int[] sizes(final int channels) {
        final Shape patch = plan.patch();
        final int patches = settings.sampling().batchSize();
        return plan.dimensions() == 2
                ? new int[] {patches, channels, patch.height(), patch.width()}
                : new int[] {patches, channels, patch.depth(), patch.height(), patch.width()};
    }

    /** Writes the weights where the peer finds them, one after the other. */
    void write(final Path folder) throws IOException {
        try {
            TrainingInputs.weights(settings).forEach(topology, (entry, position) -> {
                final int[] shape = Arrays.stream(entry.shape()).mapToInt(Math::toIntExact).toArray();
                new ResultArray.Floats(shape, entry.values()).writeUnchecked(folder.resolve("weight-%d.npy".formatted(position)));
            });
        } catch (final UncheckedIOException full) {
            throw full.getCause();
        }
    }

    /** @return what the peer has to know of the network */
    ObjectNode describe() {
        final ObjectNode description = JSON.createObjectNode();
        description.set("kernels", JSON.valueToTree(topology.kernels()));
        description.set("strides", JSON.valueToTree(topology.strides()));
        description.put("slope", topology.negativeSlope());
        description.put("heads", topology.deepSupervisionHeads());
        final ArrayNode names = description.putArray("weights");
        NetworkWeights.names(topology).forEach(names::add);
        description.put("rate", settings.optimizer().learningRate());
        description.put("decay", settings.optimizer().weightDecay());
        return description;
    }

    /** @return normally distributed numbers */
    static float[] noise(final int count, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }

        return values;
    }
}
