/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

/** What libtorch's many lines of error come down to. */
final class EngineMessage {

    private static final int LONGEST = 300;

    private EngineMessage() {
    }

    static String of(final Throwable failure) {
        final String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        final String line = message.lines().map(String::strip)
                .filter(text -> text.startsWith("RuntimeError:") || text.startsWith("torch.jit.Error:"))
                .reduce((first, second) -> second)
                .orElseGet(() -> message.lines().map(String::strip).filter(text -> !text.isEmpty()).findFirst().orElse(message));
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
