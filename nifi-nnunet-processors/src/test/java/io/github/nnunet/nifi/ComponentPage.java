/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi;

import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.MultiProcessorUseCase;
import org.apache.nifi.annotation.documentation.ProcessorConfiguration;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.components.AllowableValue;
import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDependency;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.Processor;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The page of the reference for a processor or service, made from what NiFi is told of it. */
final class ComponentPage {
    private static final String NONE = "\u2014";

    private final ConfigurableComponent component;
    private final StringBuilder text = new StringBuilder();

    private ComponentPage(final ConfigurableComponent component) {
        this.component = component;
    }

    /** @return the page, Markdown */
    static String of(final ConfigurableComponent component) {
        final ComponentPage page = new ComponentPage(component);
        page.head();
        page.properties();
        if (component instanceof final Processor processor) {
            page.relationships(processor);
        }

        page.attributes();
        page.useCases();
        page.rest();
        return page.text.toString();
    }

    private <A extends Annotation> A annotation(final Class<A> type) {
        return component.getClass().getAnnotation(type);
    }

    private void head() {
        final String name = component.getClass().getSimpleName();
        text.append("<!-- Made from the component itself: see ../components.md. Do not edit. -->\n# ").append(name).append("\n\n");
        text.append(annotation(CapabilityDescription.class).value()).append("\n\n");
        final InputRequirement input = annotation(InputRequirement.class);
        if (input != null) {
            text.append(switch (input.value()) {
                case INPUT_REQUIRED -> "It needs an incoming connection.";
                case INPUT_ALLOWED -> "It works with or without an incoming connection.";
                case INPUT_FORBIDDEN -> "It has no incoming connection.";
            }).append("\n\n");
        }

        text.append("More: [").append(name).append(" in detail](../../../nifi-nnunet-processors/src/main/resources/docs/").append(component.getClass().getName())
                .append("/additionalDetails.md), which NiFi shows as *Additional Details*.\n\n");
        text.append("Tags: ").append(String.join(", ", annotation(Tags.class).value())).append("\n");
    }

    private void properties() {
        text.append("\n## Properties\n\n| property | default | meaning |\n| --- | --- | --- |\n");
        for (final PropertyDescriptor property : component.getPropertyDescriptors()) {
            final String defaultValue = property.getDefaultValue() == null ? NONE : "`" + property.getDefaultValue() + "`";
            text.append("| ").append(property.getName()).append(property.isRequired() ? "" : " (optional)").append(" | ").append(cell(defaultValue)).append(" | ")
                    .append(cell(meaning(property))).append(" |\n");
        }
    }

    private static String meaning(final PropertyDescriptor property) {
        final StringBuilder meaning = new StringBuilder(property.getDescription());
        if (property.getExpressionLanguageScope() == ExpressionLanguageScope.FLOWFILE_ATTRIBUTES) {
            meaning.append(" *May have expressions over attributes.*");
        }

        if (property.getAllowableValues() != null) {
            meaning.append("<br>").append(property.getAllowableValues().stream().map(ComponentPage::choice).collect(Collectors.joining("<br>")));
        }

        final List<PropertyDependency> dependencies = property.getDependencies().stream().sorted(Comparator.comparing(PropertyDependency::getPropertyName)).toList();
        for (final PropertyDependency dependency : dependencies) {
            final String values = dependency.getDependentValues() == null ? "has a value" : "is " + dependency.getDependentValues().stream().sorted().collect(Collectors.joining(" or "));
            meaning.append("<br>*Only where ").append(dependency.getPropertyName()).append(' ').append(values).append(".*");
        }

        return meaning.toString();
    }

    private static String choice(final AllowableValue value) {
        final String name = value.getDisplayName().equals(value.getValue()) ? "" : " (%s)".formatted(value.getDisplayName());
        final String description = value.getDescription() == null || value.getDescription().isBlank() ? "" : ": " + value.getDescription();
        return "`" + value.getValue() + "`" + name + description;
    }

    private static String cell(final String content) {
        return content.replace("|", "\\|").replace("\n", " ");
    }

    private void relationships(final Processor processor) {
        text.append("\n## Relationships\n\n| relationship | what goes there |\n| --- | --- |\n");
        final Map<String, String> rows = new TreeMap<>();
        processor.getRelationships().forEach(relationship -> rows.put(relationship.getName(), relationship.getDescription()));
        for (final PropertyDescriptor property : processor.getPropertyDescriptors()) {
            if (property.getAllowableValues() != null) {
                property.getAllowableValues().forEach(value -> {
                    processor.onPropertyModified(property, property.getDefaultValue(), value.getValue());
                    processor.getRelationships().forEach(relationship -> rows.putIfAbsent(relationship.getName(),
                            "%s *(only where %s is %s)*".formatted(relationship.getDescription(), property.getName(), value.getValue())));
                });
                processor.onPropertyModified(property, null, property.getDefaultValue());
            }
        }

        rows.forEach((name, description) -> text.append("| ").append(name).append(" | ").append(cell(description)).append(" |\n"));
    }

    private void attributes() {
        final ReadsAttributes reads = annotation(ReadsAttributes.class);
        if (reads != null) {
            text.append("\n## Attributes it reads\n\n| attribute | meaning |\n| --- | --- |\n");
            for (final ReadsAttribute attribute : reads.value()) {
                row(attribute.attribute(), attribute.description());
            }
        }

        final WritesAttributes writes = annotation(WritesAttributes.class);
        if (writes != null) {
            text.append("\n## Attributes it writes\n\n| attribute | meaning |\n| --- | --- |\n");
            for (final WritesAttribute attribute : writes.value()) {
                row(attribute.attribute(), attribute.description());
            }
        }
    }

    private void row(final String attribute, final String description) {
        text.append("| `").append(attribute).append("` | ").append(cell(description)).append(" |\n");
    }

    private void useCases() {
        final UseCase[] alone = component.getClass().getAnnotationsByType(UseCase.class);
        final MultiProcessorUseCase[] together = component.getClass().getAnnotationsByType(MultiProcessorUseCase.class);
        if (alone.length + together.length > 0) {
            text.append("\n## Use cases\n");
        }

        for (final UseCase useCase : alone) {
            text.append("\n### ").append(useCase.description()).append("\n\n").append(lines(useCase.configuration()));
        }

        for (final MultiProcessorUseCase useCase : together) {
            text.append("\n### ").append(useCase.description()).append("\n\n").append(useCase.notes().isEmpty() ? "" : useCase.notes() + "\n\n");
            int step = 1;
            for (final ProcessorConfiguration configuration : useCase.configurations()) {
                final String name = configuration.processorClassName().isEmpty() ? configuration.processorClass().getSimpleName()
                        : configuration.processorClassName().substring(configuration.processorClassName().lastIndexOf('.') + 1);
                text.append(step++).append(". **").append(name).append("** ").append(lines(configuration.configuration()).indent(3).strip()).append("\n");
            }
        }
    }

    /** Every line is a paragraph's line of its own. */
    private static String lines(final String configuration) {
        return configuration.strip().lines().map(String::strip).collect(Collectors.joining("  \n", "", "\n"));
    }

    private void rest() {
        final Stateful stateful = annotation(Stateful.class);
        if (stateful != null) {
            text.append("\n## State\n\n").append(stateful.description()).append(" Scope: ")
                    .append(Arrays.stream(stateful.scopes()).map(scope -> scope.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))).append(".\n");
        }

        final Restricted restricted = annotation(Restricted.class);
        if (restricted != null) {
            text.append("\n## Restricted\n\n");
            for (final Restriction restriction : restricted.restrictions()) {
                text.append("- ").append(restriction.requiredPermission().getPermissionLabel()).append(": ").append(restriction.explanation()).append("\n");
            }
        }

        final SeeAlso also = annotation(SeeAlso.class);
        if (also != null) {
            final List<String> names = new TreeSet<>(Arrays.stream(also.value()).map(Class::getSimpleName).toList()).stream().map("[%1$s](%1$s.md)"::formatted).toList();
            text.append("\nSee also: ").append(String.join(", ", names)).append("\n");
        }
    }
}
