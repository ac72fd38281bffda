/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PlanJson;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A trained network as one file: a TorchScript module that Python opens with {@code torch.jit.load}, its parameters under
 * the names of MONAI's DynUNet or UNETR, with plan, topology and training history in the entry extra/plan.json.
 */
public final class ModelFile {

    private static final String CARD = "extra/plan.json";
    private static final String CODE = "code/";
    private static final String STORAGE = "data/";
    private static final int FORMAT = 1;
    /** A plan with its training history is some kB; more than this is not one. */
    private static final int LARGEST_CARD = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelFile() {
    }

    /**
     * Writes a model; the file appears whole or not at all.
     *
     * @throws IllegalArgumentException if the weights are not the topology's, or the training history is not a JSON value
     */
    public static void write(final Path target, final SegmentationModel model) throws IOException {
        final NetworkWeights weights = model.weights().fittedTo(model.topology());
        final ModuleText module = new ModuleText(model.topology(), weights);
        final byte[] card = card(model, weights);
        AtomicFile.write(target, out -> {
            try (TorchArchive archive = new TorchArchive(out)) {
                archive.module(module.object(), module.code());
                archive.bytes(CARD, card);
                final List<NetworkWeights.Entry> entries = weights.entries();
                for (int i = 0; i < entries.size(); i++) {
                    archive.floats(STORAGE + i, entries.get(i).values());
                }
            }
        });
    }

    private static byte[] card(final SegmentationModel model, final NetworkWeights weights) {
        try {
            final ObjectNode card = JSON.createObjectNode();
            card.put("format", FORMAT);
            card.set("plan", JSON.readTree(PlanJson.write(model.plan())));
            card.set("topology", JSON.readTree(model.topology().toJson()));
            card.set("training", JSON.readTree(model.trainingJson()));
            final ArrayNode list = card.putArray("weights");
            for (final NetworkWeights.Entry entry : weights.entries()) {
                final ObjectNode described = list.addObject().put("name", entry.name()).put("parameter", entry.isParameter());
                final ArrayNode shape = described.putArray("shape");
                for (final long size : entry.shape()) {
                    shape.add(size);
                }
            }

            return JSON.writeValueAsBytes(card);
        } catch (final JsonProcessingException notJson) {
            throw new IllegalArgumentException("The training history is not JSON", notJson);
        }
    }

    /**
     * @throws CaseException if it is damaged, or not a model that {@link #write} wrote
     * @throws IOException   if the file cannot be read at all
     */
    public static SegmentationModel read(final Path source) throws IOException, CaseException {
        final String name = source.getFileName().toString();
        try (ZipFile zip = new ZipFile(source.toFile())) {
            final Optional<JsonNode> found = readCard(zip, name);
            if (found.isEmpty()) {
                throw new CaseException(FaultCategory.UNSUPPORTED,
                        "%s: this TorchScript file carries no plan (entry extra/plan.json); it can predict, but its plan has to be given separately".formatted(name));
            }

            final JsonNode card = found.get();
            final NetworkTopology topology = NetworkTopology.fromJson(card.path("topology").toString());
            final Plan plan = PlanJson.read(card.path("plan").toString());
            final NetworkWeights weights = readWeights(zip, card.path("weights")).fittedTo(topology);
            return new SegmentationModel(plan, topology, weights, card.path("training").toString());
        } catch (final ZipException notZip) {
            throw notAModel(name, notZip);
        } catch (final IllegalArgumentException damaged) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s: this model file is damaged: %s; copy it again or train anew".formatted(name, damaged.getMessage()), damaged);
        }
    }

    private static CaseException notAModel(final String name, final Exception cause) {
        return new CaseException(FaultCategory.UNREADABLE, "%s: this is not a model file, or it is cut off: %s; give a .pt file that training wrote or torch.jit.save"
                .formatted(name, cause.getMessage()), cause);
    }

    /**
     * The plan alone, without reading the weights.
     *
     * @return empty for a TorchScript file that was exported elsewhere
     * @throws CaseException if it is not a TorchScript file
     */
    public static Optional<Plan> readPlan(final Path source) throws IOException, CaseException {
        final String name = source.getFileName().toString();
        try (ZipFile zip = new ZipFile(source.toFile())) {
            final Optional<JsonNode> card = readCard(zip, name);
            return card.isPresent() ? Optional.of(PlanJson.read(card.get().path("plan").toString())) : Optional.empty();
        } catch (final ZipException notZip) {
            throw notAModel(name, notZip);
        }
    }

    /**
     * What the file says of the training, without reading the weights.
     *
     * @return a JSON value; empty for a TorchScript file that was exported elsewhere
     * @throws CaseException if it is not a TorchScript file
     */
    public static Optional<String> readTraining(final Path source) throws IOException, CaseException {
        final String name = source.getFileName().toString();
        try (ZipFile zip = new ZipFile(source.toFile())) {
            return readCard(zip, name).map(card -> card.path("training").toString());
        } catch (final ZipException notZip) {
            throw notAModel(name, notZip);
        }
    }

    private static Optional<JsonNode> readCard(final ZipFile zip, final String name) throws IOException, CaseException {
        if (zip.stream().noneMatch(entry -> inFolder(entry).startsWith(CODE))) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s: this file holds no TorchScript code; if it was saved with torch.save, export it with torch.jit.script(model).save(...) instead".formatted(name));
        }

        final Optional<ZipEntry> entry = find(zip, CARD);
        if (entry.isEmpty()) {
            return Optional.empty();
        }

        final byte[] text;
        try {
            text = checkedBytes(zip, entry.get(), LARGEST_CARD);
        } catch (final IllegalArgumentException damaged) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s: this model file is damaged: %s".formatted(name, damaged.getMessage()), damaged);
        }

        try {
            final JsonNode card = JSON.readTree(new String(text, StandardCharsets.UTF_8));
            if (card.path("format").asInt() != FORMAT) {
                throw new CaseException(FaultCategory.UNSUPPORTED, "%s: this model file has format %s, but this software knows format %d; use the version that wrote it"
                        .formatted(name, card.path("format"), FORMAT));
            }

            return Optional.of(card);
        } catch (final JsonProcessingException damaged) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s: the plan in this model file is not JSON; the file is damaged".formatted(name), damaged);
        }
    }

    private static Optional<ZipEntry> find(final ZipFile zip, final String path) {
        return zip.stream().filter(entry -> inFolder(entry).equals(path)).findFirst().map(ZipEntry.class::cast);
    }

    /** The folder that all entries are in has a name of the writer's choice. */
    private static String inFolder(final ZipEntry entry) {
        return entry.getName().substring(entry.getName().indexOf('/') + 1);
    }

    private static NetworkWeights readWeights(final ZipFile zip, final JsonNode described) throws IOException {
        final ZipEntry card = find(zip, CARD).orElseThrow();
        final String root = card.getName().substring(0, card.getName().length() - CARD.length());
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (int i = 0; i < described.size(); i++) {
            final JsonNode weight = described.get(i);
            final long[] shape = new long[weight.path("shape").size()];
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = weight.path("shape").get(axis).asLong();
            }

            final ZipEntry storage = zip.getEntry(root + STORAGE + i);
            if (storage == null) {
                throw new IllegalArgumentException("the values of %s are missing".formatted(weight.path("name").asText()));
            }

            final float[] values = toFloats(checkedBytes(zip, storage, Integer.MAX_VALUE - Long.BYTES));
            entries.add(new NetworkWeights.Entry(weight.path("name").asText(), shape, values, weight.path("parameter").asBoolean()));
        }

        return new NetworkWeights(entries);
    }

    private static float[] toFloats(final byte[] bytes) {
        final float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static byte[] checkedBytes(final ZipFile zip, final ZipEntry entry, final long limit) throws IOException {
        if (entry.getSize() < 0 || entry.getSize() > limit) {
            throw new IllegalArgumentException("entry %s claims %d bytes".formatted(entry.getName(), entry.getSize()));
        }

        try (InputStream in = zip.getInputStream(entry)) {
            final byte[] bytes = in.readNBytes((int) entry.getSize());
            final CRC32 checksum = new CRC32();
            checksum.update(bytes);
            if (bytes.length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
                throw new IllegalArgumentException("entry %s does not have the bytes that were written".formatted(entry.getName()));
            }

            return bytes;
        }
    }
}
