/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.CaseAttributes;
import org.apache.nifi.flowfile.FlowFile;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Place of a flowfile in a set, by NiFi's fragment attributes.
 *
 * @param identifier which set
 * @param index      position in it
 * @param count      size of the set
 */
record SetPosition(String identifier, int index, int count) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /** @return empty if the flowfile is not part of a set */
    static Optional<SetPosition> of(final FlowFile flowFile) {
        final String identifier = flowFile.getAttribute(CaseAttributes.FRAGMENT_IDENTIFIER);
        final String index = flowFile.getAttribute(CaseAttributes.FRAGMENT_INDEX);
        final String count = flowFile.getAttribute(CaseAttributes.FRAGMENT_COUNT);
        if (identifier == null || !isNumber(index) || !isNumber(count)) {
            return Optional.empty();
        }

        return Optional.of(new SetPosition(identifier, Integer.parseInt(index), Integer.parseInt(count)));
    }

    private static boolean isNumber(final String text) {
        return text != null && NUMBER.matcher(text).matches();
    }
}
