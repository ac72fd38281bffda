/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifti.NiftiExtension;
import io.github.nnunet.nifti.NiftiHeader;
import io.github.nnunet.nifti.NiftiVersion;
import io.github.nnunet.nifti.Orientation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a case file says in its header extension (code 6, JSON): all of a case but its voxels. Numbers are written so
 * that they come back bit for bit.
 *
 * @param channelNames a name for each image channel
 * @param hasLabel     whether a label follows the channels
 * @param grid         the grid of the voxels in the file
 * @param history      what was done so far
 */
record CaseRecord(List<String> channelNames, boolean hasLabel, Geometry grid, CaseHistory history) {
    private static final String FORMAT = "nifi-nnunet-case";
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    CaseRecord {
        channelNames = List.copyOf(channelNames);
    }

    /**
     * Looks for the record of a case. There is none in a plain NIfTI, and none that counts if the file was changed since
     * by other software: when the voxels are other in number or place than the record says.
     *
     * @param name what messages call the file
     * @throws CaseException if there is a record of this software which it cannot understand
     */
    static Optional<CaseRecord> find(final NiftiHeader header, final String name) throws CaseException {
        for (final NiftiExtension extension : header.extensions()) {
            final JsonNode json = extension.code() == NiftiExtension.COMMENT ? parse(extension.content()) : MAPPER.missingNode();
            if (json.path("format").asText().equals(FORMAT)) {
                final CaseRecord found = ofFormat(json, name);
                return found.describes(header) ? Optional.of(found) : Optional.empty();
            }
        }

        return Optional.empty();
    }

    private static JsonNode parse(final byte[] content) {
        final String text = new String(content, StandardCharsets.UTF_8).strip();
        final int end = text.indexOf('\0');
        try {
            return MAPPER.readTree(end < 0 ? text : text.substring(0, end));
        } catch (final JsonProcessingException foreign) {
            return MAPPER.missingNode();
        }
    }

    private static CaseRecord ofFormat(final JsonNode json, final String name) throws CaseException {
        final int version = json.path("version").asInt();
        if (version != VERSION) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s is a case in version %d of its format; this software knows version %d. Use the software that wrote it.".formatted(name, version, VERSION));
        }

        try {
            return read(json);
        } catch (final IllegalArgumentException fault) {
            throw new CaseException(FaultCategory.UNREADABLE,
                    "%s says in its header what was done to it, but not in full (%s). Prepare the case again.".formatted(name, fault.getMessage()), fault);
        }
    }

    private boolean describes(final NiftiHeader header) {
        final Orientation written = header.version() == NiftiVersion.ONE ? grid.orientation().rounded() : grid.orientation();
        return grid.shape().equals(new Shape(header.depth(), header.height(), header.width()))
                && channelNames.size() + (hasLabel ? 1 : 0) == header.volumes()
                && written.equals(header.orientation());
    }

    NiftiExtension toExtension() {
        final ObjectNode json = MAPPER.createObjectNode().put("format", FORMAT).put("version", VERSION);
        final ArrayNode channels = json.putArray("channels");
        channelNames.forEach(channels::add);
        json.put("label", hasLabel);
        json.set("grid", write(grid));
        json.set("scan", write(history.scan()));
        history.crop().ifPresent(box -> json.putObject("crop").set("start", numbers(box.startZ(), box.startY(), box.startX())));
        history.crop().ifPresent(box -> ((ObjectNode) json.get("crop")).set("end", numbers(box.endZ(), box.endY(), box.endX())));
        history.resampledFrom().ifPresent(shape -> json.set("resampledFrom", numbers(shape.toArray())));
        history.padding().ifPresent(padding -> json.set("padding", write(padding)));
        final ArrayNode notes = json.putArray("notes");
        history.notes().forEach((step, text) -> notes.addArray().add(step).add(text));
        return new NiftiExtension(NiftiExtension.COMMENT, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode write(final Geometry geometry) {
        final Orientation orientation = geometry.orientation();
        final ObjectNode json = MAPPER.createObjectNode();
        json.set("shape", numbers(geometry.shape().toArray()));
        json.put("qfac", orientation.qfac());
        json.set("pixdim", numbers(orientation.pixdim()));
        json.put("qformCode", orientation.qformCode());
        json.set("quaternion", numbers(orientation.quaternion()));
        json.set("qoffset", numbers(orientation.qoffset()));
        json.put("sformCode", orientation.sformCode());
        json.set("srow", numbers(orientation.srow()));
        return json.put("units", orientation.xyztUnits());
    }

    private static ObjectNode write(final CaseHistory.Padding padding) {
        final ObjectNode json = MAPPER.createObjectNode();
        json.set("before", numbers(padding.beforeZ(), padding.beforeY(), padding.beforeX()));
        json.set("from", numbers(padding.from().toArray()));
        return json;
    }

    private static ArrayNode numbers(final int... values) {
        final ArrayNode array = MAPPER.createArrayNode();
        for (final int value : values) {
            array.add(value);
        }

        return array;
    }

    /** NaN and the infinities become strings: JSON has no such numbers. */
    private static ArrayNode numbers(final double[] values) {
        final ArrayNode array = MAPPER.createArrayNode();
        for (final double value : values) {
            array.add(value);
        }

        return array;
    }

    /** @throws IllegalArgumentException if something is missing or impossible, with a message that says what */
    private static CaseRecord read(final JsonNode json) {
        final List<String> channels = new ArrayList<>();
        for (final JsonNode channel : json.path("channels")) {
            channels.add(text(channel));
        }

        if (channels.isEmpty() || !json.path("label").isBoolean()) {
            throw new IllegalArgumentException("channels or label are missing");
        }

        final Map<String, String> notes = new LinkedHashMap<>();
        for (final JsonNode note : json.path("notes")) {
            notes.put(text(note.path(0)), text(note.path(1)));
        }

        final Geometry scan = readGeometry(json.path("scan"));
        final CaseHistory history = new CaseHistory(scan, readCrop(json.path("crop"), scan.shape()), readShape(json.path("resampledFrom")),
                readPadding(json.path("padding")), notes);
        return new CaseRecord(channels, json.path("label").booleanValue(), readGeometry(json.path("grid")), history);
    }

    private static Optional<Box> readCrop(final JsonNode json, final Shape scan) {
        if (json.isMissingNode()) {
            return Optional.empty();
        }

        final int[] start = integers(json.path("start"));
        final int[] end = integers(json.path("end"));
        final Box box = new Box(start[0], start[1], start[2], end[0], end[1], end[2]);
        if (!box.isWithin(scan)) {
            throw new IllegalArgumentException("the crop box reaches out of the scan");
        }

        return Optional.of(box);
    }

    private static Optional<CaseHistory.Padding> readPadding(final JsonNode json) {
        if (json.isMissingNode()) {
            return Optional.empty();
        }

        final int[] before = integers(json.path("before"));
        return Optional.of(new CaseHistory.Padding(before[0], before[1], before[2], Shape.of(integers(json.path("from")))));
    }

    private static Optional<Shape> readShape(final JsonNode json) {
        return json.isMissingNode() ? Optional.empty() : Optional.of(Shape.of(integers(json)));
    }

    private static Geometry readGeometry(final JsonNode json) {
        final Orientation orientation = new Orientation(real(json.path("qfac")), reals(json.path("pixdim"), 3), integer(json.path("qformCode")),
                reals(json.path("quaternion"), 3), reals(json.path("qoffset"), 3), integer(json.path("sformCode")), reals(json.path("srow"), 12),
                integer(json.path("units")));
        final Shape shape = Shape.of(integers(json.path("shape")));
        if (shape.count() > Integer.MAX_VALUE || !Arrays.stream(orientation.pixdim()).allMatch(size -> size > 0 && Double.isFinite(size))) {
            throw new IllegalArgumentException("a grid is impossible");
        }

        return new Geometry(shape, orientation);
    }

    private static String text(final JsonNode json) {
        if (!json.isTextual()) {
            throw new IllegalArgumentException("a text is missing");
        }

        return json.textValue();
    }

    private static int[] integers(final JsonNode json) {
        if (json.size() != 3) {
            throw new IllegalArgumentException("three numbers are missing");
        }

        return new int[] {integer(json.path(0)), integer(json.path(1)), integer(json.path(2))};
    }

    private static int integer(final JsonNode json) {
        if (!json.isInt()) {
            throw new IllegalArgumentException("a whole number is missing");
        }

        return json.intValue();
    }

    private static double[] reals(final JsonNode json, final int count) {
        final double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = real(json.path(i));
        }

        return values;
    }

    private static double real(final JsonNode json) {
        if (json.isNumber()) {
            return json.doubleValue();
        }

        return switch (text(json)) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new IllegalArgumentException("a number is missing");
        };
    }
}
