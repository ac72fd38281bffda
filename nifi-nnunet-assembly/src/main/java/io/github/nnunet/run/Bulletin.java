/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

/**
 * A message of a component, as the user interface shows it.
 *
 * @param number  rises from one to the next
 * @param level   WARNING or ERROR
 * @param source  the component's name
 * @param message what it says
 */
public record Bulletin(long number, String level, String source, String message) {

    /** @return source and message in one line */
    public String text() {
        return "%s: %s: %s".formatted(level, source, message);
    }
}
