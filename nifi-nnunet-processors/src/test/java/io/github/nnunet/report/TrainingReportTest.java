/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.training.TrainingEnd;
import io.github.nnunet.training.TrainingHistory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrainingReportTest {
    private static final Pattern CHART = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);
    private static final int EPOCHS = 120;
    private static final int SCORED = 40;

    @Test
    void thePageSaysHowTheTrainingStands() {
        final String page = page(Histories.of(EPOCHS, TrainingEnd.NOT_YET, "Anterior", "Posterior"));

        assertTrue(page.contains("<h1>Hippocampus, fold 2</h1>"));
        assertTrue(page.contains("In training."));
        assertTrue(page.contains("<dt>Epoch</dt><dd>120 <small>of 130</small></dd>"), page);
        assertTrue(page.contains("<dt>Best mean Dice</dt><dd>0.5904 <small>epoch 60</small></dd>"), page);
        assertTrue(page.contains("<dt>Patches a second</dt><dd>1.18 "), page);
        assertTrue(page.contains("<dt>Time left, at most</dt><dd>4 min 10 s"));
        assertTrue(page.contains("<tr><td>Posterior</td><td class=\"number\">0.5593</td><td class=\"number\">0.5042</td><td class=\"number\">0.5593</td></tr>"), page);
        assertTrue(page.contains("<tr><th>batch size</th><td>2</td></tr>"));
        assertTrue(page.contains("<tr><th>spacing, mm (z, y, x)</th><td>1.0, 0.9831, 1.0</td></tr>"), page);
        assertTrue(page.contains("<tr><th>patch, voxels (z, y, x)</th><td>40, 56, 40</td></tr>"));
    }

    @Test
    void theEndSaysWhy() {
        assertTrue(page(Histories.of(12, TrainingEnd.PATIENCE, "Tumour")).contains("as many epochs as Patience allows"));
        assertFalse(page(Histories.of(12, TrainingEnd.EPOCHS, "Tumour")).contains("Time left"));
    }

    @Test
    void thePageNeedsNothingButItselfAndNamesNoCaseOrFolder() {
        final String page = page(Histories.of(EPOCHS, TrainingEnd.EPOCHS, "Anterior", "Posterior"));

        for (final String unwanted : List.of("<script", "http", "src=", "href=", "@import", "url(", "patient_", "secret")) {
            assertFalse(page.contains(unwanted), unwanted);
        }
    }

    @Test
    void namesAreTextNotMarkup() {
        final String page = page(Histories.of(EPOCHS, TrainingEnd.EPOCHS, "<b>\"A\" & 'B'</b>"));

        assertTrue(page.contains("&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;"));
        assertFalse(page.contains("<b>"));
    }

    @Test
    void everyChartHasItsCurvesFromTheFirstEpochToTheLast() throws IOException, SAXException, ParserConfigurationException {
        final List<Document> charts = charts(Histories.of(EPOCHS, TrainingEnd.EPOCHS, "Anterior", "Posterior"));

        assertEquals(List.of("Loss", "Validation Dice", "Learning rate", "Seconds an epoch"), charts.stream().map(chart -> chart.getDocumentElement().getAttribute("aria-label")).toList());
        assertEquals(List.of(EPOCHS), curves(charts.get(0)));
        assertEquals(List.of(SCORED, SCORED, SCORED), curves(charts.get(1)));
        assertEquals(List.of(EPOCHS), curves(charts.get(2)));
        assertEquals(List.of(EPOCHS, EPOCHS), curves(charts.get(3)));
        assertTrue(text(charts.get(1)).contains("Anterior"));
        assertTrue(text(charts.get(1)).contains("Posterior"));
    }

    @Test
    void manyClassesAreShownByTheirBestAndWorst() throws IOException, SAXException, ParserConfigurationException {
        final String[] names = IntStream.rangeClosed(1, 117).mapToObj("structure %d"::formatted).toArray(String[]::new);
        final TrainingHistory history = Histories.of(EPOCHS, TrainingEnd.EPOCHS, names);

        assertEquals(3, curves(charts(history).get(1)).size());
        assertTrue(text(charts(history).get(1)).contains("worst of 117 classes"));
        assertTrue(page(history).contains("<tr><td>structure 117</td>"));
    }

    @Test
    void aTrainingWithoutAnEpochHasNothingToShow() throws IOException, SAXException, ParserConfigurationException {
        for (final Document chart : charts(Histories.of(0, TrainingEnd.NOT_YET, "Tumour"))) {
            assertTrue(text(chart).contains("Nothing to show yet"));
        }
    }

    @Test
    void theFirstEpochIsADot() throws IOException, SAXException, ParserConfigurationException {
        final Document loss = charts(Histories.of(1, TrainingEnd.NOT_YET, "Tumour")).getFirst();

        assertEquals(1, loss.getElementsByTagName("circle").getLength());
    }

    @Test
    void thousandsOfEpochsDoNotMakeAPageOfMegabytes() {
        assertTrue(page(Histories.of(9000, TrainingEnd.EPOCHS, "Anterior", "Posterior")).length() < 200_000);
    }

    /** The learning rate falls in a straight line from nearly 0.0008 in epoch 1, on an axis that ends there. */
    @Test
    void thePictureHasTheSameCurves() throws IOException {
        final byte[] png = TrainingReport.png(Histories.of(EPOCHS, TrainingEnd.EPOCHS, "Anterior", "Posterior"));
        keep("report.png", png);
        keep("report.html", TrainingReport.html(Histories.of(EPOCHS, TrainingEnd.EPOCHS, "Anterior", "Posterior")));
        final BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));

        assertEquals(2 * 1216, image.getWidth());
        assertEquals(0xffffff, image.getRGB(2, 2) & 0xffffff);
        assertCurve(image, 32 + 64 + 480 / 2, 64 + 332 + 32 + 234 - 234 * (8e-4 * (1 - 60.5 / 130)) / 8e-4);
    }

    private static void assertCurve(final BufferedImage image, final double x, final double y) {
        boolean found = false;
        for (int row = -4; row <= 4; row++) {
            found |= (image.getRGB((int) (2 * x), (int) (2 * y) + row) & 0xffffff) == Ink.SERIES_1.light();
        }

        assertTrue(found);
    }

    private static void keep(final String name, final byte[] content) throws IOException {
        Files.write(Files.createDirectories(Path.of("target", "report")).resolve(name), content);
    }

    private static String page(final TrainingHistory history) {
        return new String(TrainingReport.html(history), StandardCharsets.UTF_8);
    }

    private static List<Document> charts(final TrainingHistory history) throws IOException, SAXException, ParserConfigurationException {
        final List<Document> charts = new ArrayList<>();
        final Matcher found = CHART.matcher(page(history));
        while (found.find()) {
            charts.add(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(found.group().getBytes(StandardCharsets.UTF_8))));
        }

        return charts;
    }

    /** @return numbers of points of the curves that are not samples in the legend */
    private static List<Integer> curves(final Document chart) {
        final NodeList lines = chart.getElementsByTagName("polyline");
        return IntStream.range(0, lines.getLength()).map(i -> ((Element) lines.item(i)).getAttribute("points").split(" ").length).filter(points -> points > 2).boxed().toList();
    }

    private static String text(final Document chart) {
        return chart.getDocumentElement().getTextContent();
    }
}
