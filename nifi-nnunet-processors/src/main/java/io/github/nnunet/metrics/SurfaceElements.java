/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import io.github.nnunet.volume.Spacing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How much surface passes through each of the 256 kinds of 2x2x2 neighbourhood: the triangles of the marching cubes
 * algorithm, computed by src/test/reference/surface_elements.py.
 */
final class SurfaceElements {
    static final int KINDS = 256;
    private static final String RESOURCE = "surface-elements.txt";

    private SurfaceElements() {
    }

    /** @return area in square mm for each neighbourhood, bit 7 - (4 z + 2 y + x) of which says that the voxel is inside */
    static double[] areas(final Spacing spacing) {
        final List<String> lines = lines();
        final double[] areas = new double[KINDS];
        for (int kind = 0; kind < KINDS; kind++) {
            areas[kind] = area(lines.get(kind), spacing);
        }

        return areas;
    }

    private static List<String> lines() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(SurfaceElements.class.getResourceAsStream(RESOURCE), StandardCharsets.US_ASCII))) {
            return reader.lines().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param triangles normals times area at spacing 1, "z,y,x z,y,x …" */
    private static double area(final String triangles, final Spacing spacing) {
        if (triangles.isEmpty()) {
            return 0;
        }

        double sum = 0;
        for (final String triangle : triangles.split(" ")) {
            final String[] normal = triangle.split(",");
            final double z = Double.parseDouble(normal[0]) * spacing.y() * spacing.x();
            final double y = Double.parseDouble(normal[1]) * spacing.z() * spacing.x();
            final double x = Double.parseDouble(normal[2]) * spacing.z() * spacing.y();
            sum += Math.sqrt(z * z + y * y + x * x);
        }

        return sum;
    }
}
