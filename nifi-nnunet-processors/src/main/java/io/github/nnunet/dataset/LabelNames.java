/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The "labels" of a dataset.json: {"1": "liver"} as the Medical Segmentation Decathlon has them, or {"liver": 1} as
 * nnU-Net v2 does. Where nnU-Net v2 describes regions, {"organ": [1, 2], "tumour": 2}, a value gets the name of the smallest
 * region that it is in.
 */
final class LabelNames {
    private static final int LARGEST_VALUE = 255;

    private final Path file;
    private final Map<Integer, String> nameOf = new TreeMap<>();
    private final Map<Integer, Integer> regionSizeOf = new HashMap<>();

    private LabelNames(final Path file) {
        this.file = file;
    }

    /** @return the classes by value; the background is there even if the file leaves it out */
    static List<LabelClass> read(final JsonNode labels, final Path file) throws CaseException {
        final LabelNames names = new LabelNames(file);
        if (!labels.isObject() || labels.isEmpty()) {
            throw names.malformed("it needs \"labels\", such as {\"0\": \"background\", \"1\": \"liver\"}");
        }

        for (final Map.Entry<String, JsonNode> entry : labels.properties()) {
            if (entry.getValue().isTextual() && entry.getKey().matches("\\d+")) {
                names.add(entry.getKey(), entry.getValue().textValue(), 1);
            } else {
                names.addNamed(entry.getKey(), entry.getValue());
            }
        }

        names.nameOf.putIfAbsent(0, "background");
        return names.nameOf.entrySet().stream().map(entry -> new LabelClass(entry.getKey(), entry.getValue())).toList();
    }

    private void addNamed(final String name, final JsonNode value) throws CaseException {
        if (name.equalsIgnoreCase("ignore")) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s has an \"ignore\" label, which training cannot leave out; relabel those voxels as background or as a class".formatted(file));
        }

        if (value.isArray()) {
            for (final JsonNode part : value) {
                add(part.asText(), name, value.size());
            }
        } else {
            add(value.asText(), name, 1);
        }
    }

    private void add(final String number, final String name, final int regionSize) throws CaseException {
        if (!number.matches("\\d{1,3}") || Integer.parseInt(number) > LARGEST_VALUE) {
            throw malformed("the label \"%s\" has the value %s, which is not a whole number from 0 to %d".formatted(name, number, LARGEST_VALUE));
        }

        final int value = Integer.parseInt(number);
        final int knownSize = regionSizeOf.getOrDefault(value, Integer.MAX_VALUE);
        if (regionSize == 1 && knownSize == 1) {
            throw malformed("the labels \"%s\" and \"%s\" have the same value %d".formatted(nameOf.get(value), name, value));
        }

        if (regionSize < knownSize) {
            nameOf.put(value, name);
            regionSizeOf.put(value, regionSize);
        }
    }

    private CaseException malformed(final String what) {
        return new CaseException(FaultCategory.UNREADABLE, "%s is not a description of a dataset: %s".formatted(file, what));
    }
}
