/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** Where the scores of single cases go, beside their Dice. */
enum CaseScoresChoice implements DescribedValue {
    DICE("dice", "Dice Attributes", "Mean Dice and the Dice of each class are attributes of the segmentation."),
    ATTRIBUTES("attributes", "All Attributes", "Each chosen measure of each class is an attribute too, and all of them as JSON another."),
    CONTENT("content", "JSON Flowfiles", "A flowfile for each case, with its scores as JSON, goes to the relationship scores.");

    private final String value;
    private final String displayName;
    private final String description;

    CaseScoresChoice(final String value, final String displayName, final String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
