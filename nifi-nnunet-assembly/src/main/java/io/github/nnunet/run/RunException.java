/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

/** A run that cannot go on, with a sentence for the person at the terminal. */
public final class RunException extends Exception {
    private static final long serialVersionUID = 1L;

    public RunException(final String message) {
        super(message);
    }

    public RunException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
