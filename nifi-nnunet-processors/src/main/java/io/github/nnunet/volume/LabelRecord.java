/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import io.github.nnunet.nifti.NiftiExtension;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a label file says in its header extension (code 6, JSON): what its values stand for. Viewers show it; nothing here reads it.
 *
 * @param classNames the name of each value, the background's too
 */
record LabelRecord(Map<Integer, String> classNames) {
    private static final String FORMAT = "nifi-nnunet-label";
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    LabelRecord {
        classNames = Map.copyOf(classNames);
    }

    NiftiExtension toExtension() {
        final ObjectNode json = MAPPER.createObjectNode().put("format", FORMAT).put("version", VERSION);
        final ArrayNode classes = json.putArray("classes");
        new TreeMap<>(classNames).forEach((value, name) -> classes.addObject().put("value", value).put("name", name));
        return new NiftiExtension(NiftiExtension.COMMENT, json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
