/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

/** A command line that cannot be understood. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UsageException(final String message) {
        super(message);
    }
}
