/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.fault;

import java.util.Locale;

/** What kind of thing is wrong with a case: flows route on it. */
public enum FaultCategory {
    /** The bytes are not what they should be: truncated, damaged, or another format. */
    UNREADABLE,
    /** Shape, spacing or orientation is impossible or does not fit its counterpart. */
    GEOMETRY,
    /** The label map has values or a shape that training and scoring cannot use. */
    LABEL,
    /** A valid input of a kind that is outside what this software does. */
    UNSUPPORTED,
    /** The case needs more memory or disk than there is. */
    MEMORY,
    /** The network or libtorch failed. */
    ENGINE;

    /** @return the name as flowfile attributes carry it: lower case */
    public String attributeValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
