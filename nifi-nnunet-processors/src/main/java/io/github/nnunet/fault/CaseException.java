/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.fault;

import java.util.Objects;

/**
 * One case cannot be worked on. The message is a sentence for the person who owns the data: which file, what is
 * wrong with it, and what to do. Other cases are not affected.
 */
public final class CaseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FaultCategory category;

    public CaseException(final FaultCategory category, final String message) {
        super(message);
        this.category = Objects.requireNonNull(category, "category");
    }

    public CaseException(final FaultCategory category, final String message, final Throwable cause) {
        super(message, cause);
        this.category = Objects.requireNonNull(category, "category");
    }

    public FaultCategory category() {
        return category;
    }
}
