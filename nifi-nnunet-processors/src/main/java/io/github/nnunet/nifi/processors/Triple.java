/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.Shape;
import io.github.nnunet.volume.Spacing;

/** Reads three numbers z,y,x from a property that an attribute may have filled. */
final class Triple {
    private static final int AXES = 3;

    private Triple() {
    }

    /**
     * @param property the property's name, for the message
     * @throws CaseException if the text is not a spacing
     */
    static Spacing spacing(final String property, final String text) throws CaseException {
        final String[] parts = parts(property, text);
        try {
            return new Spacing(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        } catch (final IllegalArgumentException e) {
            throw unusable(property, text, e);
        }
    }

    /**
     * @param property the property's name, for the message
     * @throws CaseException if the text is not a shape
     */
    static Shape shape(final String property, final String text) throws CaseException {
        final String[] parts = parts(property, text);
        try {
            return new Shape(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        } catch (final IllegalArgumentException e) {
            throw unusable(property, text, e);
        }
    }

    private static String[] parts(final String property, final String text) throws CaseException {
        final String[] parts = text.strip().split("\\s*,\\s*");
        if (text.isBlank()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "%s is empty for this flowfile. Give the case a plan with ListCases or AttachPlan, or set the property.".formatted(property));
        }

        if (parts.length != AXES) {
            throw unusable(property, text, null);
        }

        return parts;
    }

    private static CaseException unusable(final String property, final String text, final Throwable cause) {
        return new CaseException(FaultCategory.UNSUPPORTED,
                "%s is \"%s\", and should be three positive numbers for z,y,x separated by commas.".formatted(property, text), cause);
    }
}
