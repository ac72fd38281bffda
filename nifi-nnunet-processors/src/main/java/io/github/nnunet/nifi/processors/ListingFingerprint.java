/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.processors.CaseListing.ListedCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A short text for what a listing depends on: where it is the same, so is the listing. */
final class ListingFingerprint {

    private ListingFingerprint() {
    }

    /** @return the values of all properties */
    static String settings(final ProcessContext context, final List<PropertyDescriptor> descriptors) {
        final StringBuilder text = new StringBuilder();
        for (final PropertyDescriptor descriptor : descriptors) {
            final PropertyValue property = context.getProperty(descriptor);
            final PropertyValue value = descriptor.isExpressionLanguageSupported() ? property.evaluateAttributeExpressions((FlowFile) null) : property;
            text.append(descriptor.getName()).append('=').append(value.getValue()).append('\n');
        }

        return text.toString();
    }

    /**
     * @param settings as {@link #settings} gives them
     * @param folder   of the dataset; the age of its dataset.json counts
     * @param files    whose sizes and ages count too
     * @param cases    what is listed
     */
    static String of(final String settings, final Path folder, final List<Path> files, final List<ListedCase> cases) throws IOException {
        final StringBuilder text = new StringBuilder(settings);
        final Path description = folder.resolve("dataset.json");
        if (Files.exists(description)) {
            text.append(Files.getLastModifiedTime(description));
        }

        cases.forEach(listed -> text.append('\n').append(listed));
        for (final Path file : files) {
            text.append('\n').append(file).append(Files.exists(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "");
        }

        return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }
}
