/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/** What something of a flow definition takes of NiFi's canvas: left upper corner and size. */
record CanvasBox(double x, double y, double width, double height) {
    private static final double PROCESSOR_WIDTH = 352;
    private static final double PROCESSOR_HEIGHT = 128;
    private static final double FUNNEL_SIZE = 48;
    private static final double CONNECTION_WIDTH = 240;
    /** A row for the relationships and one for the queue; what leaves a funnel has the latter alone. */
    private static final double CONNECTION_ROW = 24;
    /** Frames may touch. */
    private static final double MARGIN = 4;
    /** How far a line must be from a frame, to be seen as going past it. */
    private static final double CLEARANCE = 10;

    static CanvasBox processor(final JsonNode processor) {
        return at(processor, PROCESSOR_WIDTH, PROCESSOR_HEIGHT);
    }

    static CanvasBox funnel(final JsonNode funnel) {
        return at(funnel, FUNNEL_SIZE, FUNNEL_SIZE);
    }

    static CanvasBox label(final JsonNode label) {
        return at(label, label.path("width").asDouble(), label.path("height").asDouble());
    }

    private static CanvasBox at(final JsonNode component, final double width, final double height) {
        return new CanvasBox(component.path("position").path("x").asDouble(), component.path("position").path("y").asDouble(), width, height);
    }

    /** @return what says a connection's name: at one of its bends, or halfway between the edges of what it joins */
    static CanvasBox connection(final JsonNode connection, final CanvasBox source, final CanvasBox destination) {
        final double height = connection.path("selectedRelationships").isEmpty() ? CONNECTION_ROW : 2 * CONNECTION_ROW;
        final JsonNode bend = connection.path("bends").path(connection.path("labelIndex").asInt());
        if (!bend.isMissingNode()) {
            return around(bend.path("x").asDouble(), bend.path("y").asDouble(), height);
        }

        final double acrossX = destination.centreX() - source.centreX();
        final double acrossY = destination.centreY() - source.centreY();
        final double leaves = source.edge(acrossX, acrossY);
        final double arrives = 1 - destination.edge(acrossX, acrossY);
        final double middle = (leaves + arrives) / 2;
        return around(source.centreX() + middle * acrossX, source.centreY() + middle * acrossY, height);
    }

    private static CanvasBox around(final double x, final double y, final double height) {
        return new CanvasBox(x - CONNECTION_WIDTH / 2, y - height / 2, CONNECTION_WIDTH, height);
    }

    Point2D centre() {
        return new Point2D.Double(centreX(), centreY());
    }

    private double centreX() {
        return x + width / 2;
    }

    private double centreY() {
        return y + height / 2;
    }

    /** @return the part of a way from the centre that lies within */
    private double edge(final double acrossX, final double acrossY) {
        return Math.min(width / 2 / Math.abs(acrossX), height / 2 / Math.abs(acrossY));
    }

    /** @return whether a line runs over it, or so close by it that it seems to */
    boolean isCrossedBy(final Line2D line) {
        return line.intersects(new Rectangle2D.Double(x - CLEARANCE, y - CLEARANCE, width + 2 * CLEARANCE, height + 2 * CLEARANCE));
    }

    boolean overlaps(final CanvasBox other) {
        return x + MARGIN < other.x + other.width && other.x + MARGIN < x + width && y + MARGIN < other.y + other.height && other.y + MARGIN < y + height;
    }
}
