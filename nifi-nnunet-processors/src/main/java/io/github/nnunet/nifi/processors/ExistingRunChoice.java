/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What a job that has not begun does with the checkpoint that its run folder has already. */
enum ExistingRunChoice implements DescribedValue {
    CONTINUE("continue", "Continue", "The job goes on from the checkpoint; if that training was finished, its model is sent again."),
    REPLACE("replace", "Replace", "The job begins anew. Files of the earlier training are replaced when the first epoch is done.");

    private final String value;
    private final String displayName;
    private final String description;

    ExistingRunChoice(final String value, final String displayName, final String description) {
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
