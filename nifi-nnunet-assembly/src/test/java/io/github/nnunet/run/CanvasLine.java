/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The line of a connection on NiFi's canvas: from bend to bend, and at its ends towards the centres of what it joins.
 *
 * @param source      what the box is named that it leaves
 * @param destination and the one where it arrives
 * @param points      the two centres and, between them, the bends
 */
record CanvasLine(String source, String destination, List<Point2D> points) {

    static CanvasLine of(final JsonNode connection, final String source, final CanvasBox from, final String destination, final CanvasBox to) {
        final List<Point2D> points = new ArrayList<>();
        points.add(from.centre());
        connection.path("bends").forEach(bend -> points.add(new Point2D.Double(bend.path("x").asDouble(), bend.path("y").asDouble())));
        points.add(to.centre());
        return new CanvasLine(source, destination, List.copyOf(points));
    }

    /** @return whether it runs over a box, or too close by it; of the boxes at its ends, whether it comes back to them */
    boolean crosses(final String name, final CanvasBox box) {
        final int first = name.equals(source) ? 1 : 0;
        final int end = points.size() - 1 - (name.equals(destination) ? 1 : 0);
        return IntStream.range(first, end).anyMatch(i -> box.isCrossedBy(new Line2D.Double(points.get(i), points.get(i + 1))));
    }
}
