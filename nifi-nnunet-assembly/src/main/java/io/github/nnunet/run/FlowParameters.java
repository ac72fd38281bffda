/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Values of the flow's parameters for a run: those that were asked for, and for the rest what suits its length. */
final class FlowParameters {
    private static final String EPOCHS = "Epochs";
    private static final String TIME_BUDGET = "Time Budget";

    /** An hour or less. */
    private static final Pattern SHORT_TIME = Pattern.compile("([1-9]|[1-5][0-9]|60) min");
    /**
     * A network that sees each case a few times has no time to learn what flips and distortions look like, and larger
     * steps that shrink to nothing by the end bring it further. Hours of training do better with the flow's own values.
     */
    private static final Map<String, String> SHORT_TRAINING = Map.of("Augmentation", "none", "Learning Rate", "0.0015", "Warmup Steps", "50");

    private FlowParameters() {
    }

    /** @return values by the parameter's name; parameters that are not in it keep the flow's values */
    static Map<String, String> of(final RunOptions options, final Path dataset, final Path results) {
        final Map<String, String> asked = options.parameters();
        final Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("Filters", "16, 32, 64, 128");
        parameters.put("Learning Rate Schedule", "cosine");
        if (!asked.containsKey(EPOCHS) && !asked.containsKey(TIME_BUDGET)) {
            parameters.put(TIME_BUDGET, options.data().isPresent() ? "15 min" : "5 min");
        }

        if (SHORT_TIME.matcher(asked.getOrDefault(TIME_BUDGET, parameters.getOrDefault(TIME_BUDGET, ""))).matches()) {
            parameters.putAll(SHORT_TRAINING);
        }

        parameters.putAll(asked);
        parameters.put("Dataset Folder", dataset.toString());
        parameters.put("Results Folder", results.toString());
        return parameters;
    }
}
