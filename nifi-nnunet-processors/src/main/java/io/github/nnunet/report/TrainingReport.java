/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

import io.github.nnunet.training.TrainingHistory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A training at a glance, for people: curves of loss, Dice by class, learning rate and time, the best epoch, the settings. */
public final class TrainingReport {
    /** The page's name in the run folder. */
    public static final String HTML_FILE = "report.html";
    /** The picture's name in the run folder. */
    public static final String PNG_FILE = "report.png";

    private TrainingReport() {
    }

    /** @return a page that needs nothing but itself, UTF-8 */
    public static byte[] html(final TrainingHistory history) {
        return HtmlReport.of(history).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @return the curves as a PNG picture
     * @throws IOException if Java cannot draw here, as without any font
     */
    public static byte[] png(final TrainingHistory history) throws IOException {
        return PngImage.encode(() -> PngReport.of(history));
    }
}
