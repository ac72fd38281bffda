/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;

import java.util.BitSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Of what only the largest connected component is kept, as nnU-Net post-processes: first of all structures together,
 * then of single classes. Its JSON is {@code {"keep_largest": {"foreground": …, "classes": […], "connectivity": …}}}.
 *
 * @param foreground   whether all structures together have only one component left
 * @param classes      values of the classes that have only one component left each
 * @param connectivity what a component is
 */
public record ComponentRule(boolean foreground, SortedSet<Integer> classes, Connectivity connectivity) {
    /** Nothing is removed. */
    public static final ComponentRule NONE = new ComponentRule(false, new TreeSet<>(), Connectivity.CORNERS);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "keep_largest";
    private static final int VALUES = 256;

    public ComponentRule {
        classes = new TreeSet<>(classes);
        if (!classes.isEmpty() && (classes.first() < 1 || classes.last() >= VALUES)) {
            throw new IllegalArgumentException("Classes have the values 1 to 255, not %s".formatted(classes));
        }
    }

    public static ComponentRule ofForeground(final Connectivity connectivity) {
        return new ComponentRule(true, new TreeSet<>(), connectivity);
    }

    public static ComponentRule ofClasses(final List<Integer> values, final Connectivity connectivity) {
        return new ComponentRule(false, new TreeSet<>(values), connectivity);
    }

    /** @return a new set */
    @Override
    public SortedSet<Integer> classes() {
        return new TreeSet<>(classes);
    }

    /**
     * @param label unsigned bytes [z*y*x], changed: voxels of smaller components become background
     * @return voxels that became background
     */
    public long apply(final byte[] label, final Shape shape) {
        long removed = 0;
        if (foreground) {
            final BitSet all = new BitSet(VALUES);
            all.set(1, VALUES);
            removed += ConnectedComponents.of(label, shape, all, connectivity).removeAllButLargest(label);
        }

        for (final int value : classes) {
            final BitSet one = new BitSet(VALUES);
            one.set(value);
            removed += ConnectedComponents.of(label, shape, one, connectivity).removeAllButLargest(label);
        }

        return removed;
    }

    public String toJson() {
        final ObjectNode root = MAPPER.createObjectNode();
        final ObjectNode rule = root.putObject(KEY);
        rule.put("foreground", foreground);
        final ArrayNode values = rule.putArray("classes");
        classes.forEach(values::add);
        rule.put("connectivity", connectivity.neighbours());
        return root.toPrettyString();
    }

    /**
     * @param json text that has the member {@code keep_largest}; without it the rule is {@link #NONE}
     * @param name what people know the text by
     * @throws CaseException if it is not JSON, or the member is not a rule
     */
    public static ComponentRule fromJson(final String json, final String name) throws CaseException {
        try {
            final JsonNode rule = MAPPER.readTree(json).path(KEY);
            if (rule.isMissingNode()) {
                return NONE;
            }

            final SortedSet<Integer> values = new TreeSet<>();
            for (final JsonNode value : rule.path("classes")) {
                values.add(value.asInt());
            }

            return new ComponentRule(rule.path("foreground").asBoolean(), values, connectivity(rule.path("connectivity").asInt(Connectivity.CORNERS.neighbours())));
        } catch (final JsonProcessingException | IllegalArgumentException e) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s does not say which components are kept (%s): write it again, or remove it".formatted(name, e.getMessage()), e);
        }
    }

    private static Connectivity connectivity(final int neighbours) {
        for (final Connectivity connectivity : Connectivity.values()) {
            if (connectivity.neighbours() == neighbours) {
                return connectivity;
            }
        }

        throw new IllegalArgumentException("voxels are connected to 6, 18 or 26 others, not %d".formatted(neighbours));
    }
}
