/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

import java.util.ArrayList;
import java.util.List;

/** What a row says of its work. */
record Spec(JsonNode json) {

    int integer(final String name) {
        return json.path(name).asInt();
    }

    double decimal(final String name) {
        return json.path(name).asDouble();
    }

    boolean isTrue(final String name) {
        return json.path(name).asBoolean();
    }

    String text(final String name) {
        return json.path(name).asText();
    }

    int[] integers(final String name) {
        final int[] values = new int[json.path(name).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = json.path(name).get(i).asInt();
        }

        return values;
    }

    double[] decimals(final String name) {
        final double[] values = new double[json.path(name).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = json.path(name).get(i).asDouble();
        }

        return values;
    }

    List<Integer> list(final String name) {
        final List<Integer> values = new ArrayList<>();
        json.path(name).forEach(value -> values.add(value.asInt()));
        return values;
    }

    Shape shape(final String name) {
        final int[] sizes = integers(name);
        return new Shape(sizes[0], sizes[1], sizes[2]);
    }

    Spacing spacing(final String name) {
        final double[] sizes = decimals(name);
        return new Spacing(sizes[0], sizes[1], sizes[2]);
    }
}
