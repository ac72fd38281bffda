/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScoreSummaryTest {
    private static final double TOLERANCE = 1e-12;

    private final ScoreSummary summary = ScoreSummary.of(List.of(scores("case b", 0.5, 0.75, Double.POSITIVE_INFINITY), scores("case a", 1, 0.25, 3), scores("case c", 0.75, 0.5, Double.NaN)));

    private static CaseScores scores(final String id, final double left, final double right, final double distance) {
        final Map<String, Map<Measure, Double>> classes = new LinkedHashMap<>();
        classes.put("left", Map.of(Measure.DICE, left, Measure.HAUSDORFF_95, distance));
        classes.put("right, \"upper\"", Map.of(Measure.DICE, right, Measure.HAUSDORFF_95, 2.0));
        return new CaseScores(id, classes);
    }

    @Test
    void jsonHasMeanClassesAndCases() throws IOException {
        final JsonNode json = new JsonMapper().readTree(summary.toJson());
        assertEquals(0.625, json.path("mean").path("dice").doubleValue(), TOLERANCE);
        assertEquals(0.75, json.path("classes").path("left").path("dice").doubleValue(), TOLERANCE);
        assertEquals(0.5, json.path("classes").path("right, \"upper\"").path("dice").doubleValue(), TOLERANCE);
        assertEquals(List.of("case a", "case b", "case c"), json.path("cases").findValuesAsText("id"));
        assertEquals(0.625, json.path("cases").get(0).path("mean").doubleValue(), TOLERANCE);
        assertEquals(0.25, json.path("cases").get(0).path("classes").path("right, \"upper\"").path("dice").doubleValue(), TOLERANCE);
    }

    @Test
    void classesHaveStandardDeviationMedianAndCount() throws IOException {
        final JsonNode left = new JsonMapper().readTree(summary.toJson()).path("classes").path("left");
        assertEquals(Math.sqrt(0.125 / 3), left.path("dice_std").doubleValue(), TOLERANCE);
        assertEquals(0.75, left.path("dice_median").doubleValue(), TOLERANCE);
        assertEquals(3, left.path("dice_count").intValue());
    }

    @Test
    void undefinedValuesAreNullAndLeftOutOfTheMean() throws IOException {
        final JsonNode json = new JsonMapper().readTree(summary.toJson());
        assertTrue(json.path("cases").get(1).path("classes").path("left").get("hd95").isNull());
        assertEquals(3, json.path("classes").path("left").path("hd95").doubleValue(), TOLERANCE);
        assertEquals(1, json.path("classes").path("left").path("hd95_count").intValue());
    }

    @Test
    void csvHasALineACaseAndClass() {
        final String expected = """
                case,class,dice,hd95
                case a,left,1.0,3.0
                case a,"right, ""upper\""",0.25,2.0
                case b,left,0.5,
                case b,"right, ""upper\""",0.75,2.0
                case c,left,0.75,
                case c,"right, ""upper\""",0.5,2.0
                """;
        assertEquals(expected, summary.toCsv());
    }

    @Test
    void classCsvHasALineAClassAndMeasure() {
        final String[] lines = summary.toClassCsv().split("\n");
        assertEquals("class,measure,mean,std,median,count", lines[0]);
        assertEquals("left,dice,0.75," + Math.sqrt(0.125 / 3) + ",0.75,3", lines[1]);
        assertEquals("left,hd95,3.0,0.0,3.0,1", lines[2]);
        assertEquals(5, lines.length);
    }

    @Test
    void tableHasAlignedColumns() {
        final String expected = """
                case        left  right, "upper"      mean
                case a    1.0000          0.2500    0.6250
                case b    0.5000          0.7500    0.6250
                case c    0.7500          0.5000    0.6250
                mean      0.7500          0.5000    0.6250
                std       0.2041          0.2041    0.0000
                median    0.7500          0.5000    0.6250
                """;
        assertEquals(expected, summary.toTable());
    }

    @Test
    void caseScoresSurviveJson() throws CaseException {
        final CaseScores original = scores("x", 0.123456789012345, 1, 7.5);
        assertEquals(original, CaseScores.fromJson(original.toJson(), "the flowfile"));
    }

    @Test
    void textThatIsNoScoreIsRefused() {
        for (final String text : List.of("{", "", "{}", "[1]", "{\"id\": \"a\", \"classes\": {\"left\": {\"hd95\": 1}}}", "{\"id\": \"a\", \"classes\": {\"left\": {\"dice\": null}}}")) {
            final CaseException fault = assertThrows(CaseException.class, () -> CaseScores.fromJson(text, "the flowfile"), text);
            assertEquals(FaultCategory.UNREADABLE, fault.category());
        }
    }

    @Test
    void oneCaseIsASummaryToo() {
        final ScoreSummary one = ScoreSummary.of(List.of(scores("only", 0.25, 0.75, 1)));
        assertEquals(0.5, one.mean());
        assertEquals(0, one.statistics("left", Measure.DICE).standardDeviation());
    }
}
