/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.LabelMapping;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;

/** The property of all processors that read label files: which values become which. */
final class LabelMappingProperty {
    /** For files as they come: no value is changed by default. */
    static final PropertyDescriptor NO_MAPPING = new PropertyDescriptor.Builder()
            .name("Label Mapping")
            .description("Values of the label file that become others, as pairs of an old and a new value separated by commas: 4:3 for BraTS, whose classes are 0, 1, 2 and 4. "
                    + "Values that are not named stay. Where it comes out empty, all do.")
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .addValidator(LabelMappingProperty::validate)
            .build();
    /** The same for files that ListCases found, which says by default what is to be changed. */
    static final PropertyDescriptor LABEL_MAPPING = new PropertyDescriptor.Builder()
            .fromPropertyDescriptor(NO_MAPPING)
            .defaultValue("${nnunet.label.mapping}")
            .build();

    private LabelMappingProperty() {
    }

    private static ValidationResult validate(final String subject, final String input, final ValidationContext context) {
        if (context.isExpressionLanguageSupported(subject) && context.isExpressionLanguagePresent(input)) {
            return new ValidationResult.Builder().subject(subject).input(input).valid(true).build();
        }

        try {
            LabelMapping.parse(input);
            return new ValidationResult.Builder().subject(subject).input(input).valid(true).build();
        } catch (final CaseException e) {
            return new ValidationResult.Builder().subject(subject).input(input).valid(false).explanation(e.getMessage()).build();
        }
    }

    /** @return the mapping for the label that belongs to the flowfile */
    static LabelMapping evaluate(final PropertyContext context, final FlowFile flowFile) throws CaseException {
        final String text = context.getProperty(LABEL_MAPPING).evaluateAttributeExpressions(flowFile).getValue();
        return text == null ? LabelMapping.NONE : LabelMapping.parse(text);
    }
}
