/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PlanJsonTest {
    private static final Plan CT_PLAN = new Plan("92", "Léber \"A\"", 3, Modality.CT, List.of("CT"),
            List.of(new LabelClass(0, "background"), new LabelClass(4, "tumour")), new Spacing(2.5, 0.7599999904632568, 0.1 + 0.2), new Shape(40, 224, 192),
            Optional.of(new CtStatistics(-17.25, 201, 99.4, 1.0 / 3)), true);

    @Test
    void aPlanComesBackExactly() throws CaseException {
        assertEquals(CT_PLAN, PlanJson.read(PlanJson.write(CT_PLAN)));
    }

    @Test
    void aPlanWithoutStatisticsComesBackExactly() throws CaseException {
        final Plan plan = new Plan("04", "Hippocampus", 2, Modality.MRI, List.of("T1", "T2"), List.of(new LabelClass(0, "background"), new LabelClass(1, "Anterior")),
                new Spacing(1, 1, 1), new Shape(1, 56, 40), Optional.empty(), false);
        assertEquals(plan, PlanJson.read(PlanJson.write(plan)));
    }

    private static final Plan PLAN_WITH_NETWORK = new Plan("05", "Prostate", 3, Modality.MRI, List.of("T2"), List.of(new LabelClass(0, "background"), new LabelClass(1, "PZ")),
            new Spacing(3.6, 0.625, 0.625), new Shape(20, 320, 256), Optional.empty(), false,
            Optional.of(new NetworkPlan(List.of(List.of(1, 3, 3), List.of(3, 3, 3)), List.of(List.of(1, 1, 1), List.of(1, 2, 2)), 7)));

    @Test
    void aPlanWithItsNetworkComesBackExactly() throws CaseException {
        assertEquals(PLAN_WITH_NETWORK, PlanJson.read(PlanJson.write(PLAN_WITH_NETWORK)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "\"batchSize\" : 7 | \"batchSize\" : 0",
            "\"batchSize\" : 7 | \"batchSize\" : 2.5",
            "\"batchSize\" : 7 | \"size\" : 7",
            "[ 1, 3, 3 ] | [ 1, 3 ]",
            "[ 1, 3, 3 ] | [ 2, 3, 3 ]",
            "[ 1, 3, 3 ] | [ 1, 3, \"3\" ]",
            "[ 1, 3, 3 ], | ``",
            "[ 1, 1, 1 ] | [ 1, 1, 2 ]",
            "[ 1, 2, 2 ] | [ 3, 2, 2 ]",
            "[ 1, 2, 2 ] | [ 0, 2, 2 ]",
            "\"kernels\" | \"kernel\"",
    })
    void whatIsNotANetworkIsRefused(final String part, final String wrong) {
        final String json = PlanJson.write(PLAN_WITH_NETWORK).replace(part, wrong);
        assertNotEquals(PlanJson.write(PLAN_WITH_NETWORK), json, part);
        assertEquals(FaultCategory.UNREADABLE, assertThrows(CaseException.class, () -> PlanJson.read(json)).category());
    }

    @Test
    void aNetworkHasAsManyDimensionsAsItsPlan() {
        final NetworkPlan flat = new NetworkPlan(List.of(List.of(3, 3), List.of(3, 3)), List.of(List.of(1, 1), List.of(2, 2)), 2);
        assertThrows(IllegalArgumentException.class, () -> new Plan("x", "x", 3, Modality.MRI, List.of("T2"), PLAN_WITH_NETWORK.classes(), new Spacing(1, 1, 1),
                new Shape(16, 16, 16), Optional.empty(), false, Optional.of(flat)));
    }

    @Test
    void itIsSpreadOverLinesForPeople() {
        assertTrue(PlanJson.write(CT_PLAN).lines().count() > 10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "\"format\" : \"nifi-nnunet plan\" | \"format\" : \"x\"",
            "\"dimensions\" : 3 | \"dimensions\" : 4",
            "\"dimensions\" : 3 | \"dimensions\" : 2",
            "\"modality\" : \"CT\" | \"modality\" : \"PET\"",
            "\"channels\" : [ \"CT\" ] | \"channels\" : [ ]",
            "\"channels\" : [ \"CT\" ] | \"channels\" : [ 3 ]",
            "\"value\" : 4 | \"value\" : 0",
            "\"value\" : 4 | \"value\" : 256",
            "\"value\" : 4 | \"value\" : \"4\"",
            "\"spacing\" : [ 2.5 | \"spacing\" : [ 0",
            "\"spacing\" : [ 2.5 | \"spacing\" : [ -1",
            "\"spacing\" : [ 2.5 | \"spacing\" : [ 1, 2.5",
            "\"patch\" : [ 40 | \"patch\" : [ 0",
            "\"patch\" : [ 40 | \"patch\" : [ 40.5",
            "\"std\" | \"deviation\"",
            "\"task\" : \"92\" | \"task\" : 92",
            "{ | {,",
    })
    void whatIsNotAPlanIsRefused(final String part, final String wrong) {
        final String json = PlanJson.write(CT_PLAN).replace(part, wrong);
        assertNotEquals(PlanJson.write(CT_PLAN), json, part);
        final CaseException error = assertThrows(CaseException.class, () -> PlanJson.read(json));
        assertEquals(FaultCategory.UNREADABLE, error.category());
        assertTrue(error.getMessage().startsWith("The plan "), error.getMessage());
    }

    @Test
    void aLaterVersionIsRefusedByItsNumber() {
        final String json = PlanJson.write(CT_PLAN).replace("\"version\" : 1", "\"version\" : 2");
        final CaseException error = assertThrows(CaseException.class, () -> PlanJson.read(json));
        assertEquals(FaultCategory.UNSUPPORTED, error.category());
        assertTrue(error.getMessage().contains("version 2"), error.getMessage());
    }

    @Test
    void nothingIsNotAPlan() {
        assertThrows(CaseException.class, () -> PlanJson.read(""));
        assertThrows(CaseException.class, () -> PlanJson.read("null"));
    }
}
