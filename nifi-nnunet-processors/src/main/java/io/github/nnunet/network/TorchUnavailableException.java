/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** libtorch cannot be used in this process. The message is a sentence for the operator: what is wrong and what to do. */
public final class TorchUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public TorchUnavailableException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
