/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A processor or service as the manifest of its NAR describes it: what a flow may say of it, without a NiFi that runs.
 *
 * @param properties    by name
 * @param dynamic       whether it takes properties of any name
 * @param relationships names
 */
record ExtensionForm(String type, Map<String, Property> properties, boolean dynamic, Set<String> relationships) {
    private static final String MANIFEST = "META-INF/docs/extension-manifest.xml";

    /** @param values all that are allowed; empty if any text is */
    record Property(boolean required, boolean dependent, Optional<String> defaultValue, Set<String> values) {
    }

    /** @return the extensions of all NARs in a folder, by type */
    static Map<String, ExtensionForm> inNars(final Path folder) throws IOException, ParserConfigurationException, SAXException {
        final Map<String, ExtensionForm> forms = new HashMap<>();
        final List<Path> nars;
        try (Stream<Path> files = Files.list(folder)) {
            nars = files.filter(file -> file.getFileName().toString().endsWith(".nar")).toList();
        }

        for (final Path nar : nars) {
            try (ZipFile zip = new ZipFile(nar.toFile())) {
                final ZipEntry manifest = zip.getEntry(MANIFEST);
                if (manifest != null) {
                    read(zip, manifest).forEach(form -> forms.put(form.type(), form));
                }
            }
        }

        return forms;
    }

    private static List<ExtensionForm> read(final ZipFile zip, final ZipEntry manifest) throws IOException, ParserConfigurationException, SAXException {
        final List<ExtensionForm> forms = new ArrayList<>();
        try (InputStream in = zip.getInputStream(manifest)) {
            final Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
            final NodeList extensions = document.getElementsByTagName("extension");
            for (int index = 0; index < extensions.getLength(); index++) {
                forms.add(read((Element) extensions.item(index)));
            }
        }

        return forms;
    }

    private static ExtensionForm read(final Element extension) {
        final Map<String, Property> properties = new LinkedHashMap<>();
        for (final Element property : children(extension, "properties", "property")) {
            final Set<String> values = new TreeSet<>();
            children(property, "allowableValues", "allowableValue").forEach(value -> values.add(text(value, "value").orElse("")));
            properties.put(text(property, "name").orElseThrow(), new Property(text(property, "required").orElse("").equals("true"),
                    !children(property, "dependencies", "dependency").isEmpty(), text(property, "defaultValue"), values));
        }

        final Set<String> relationships = new TreeSet<>();
        children(extension, "relationships", "relationship").forEach(relationship -> relationships.add(text(relationship, "name").orElseThrow()));
        return new ExtensionForm(text(extension, "name").orElseThrow(), properties, !children(extension, "dynamicProperties", "dynamicProperty").isEmpty(), relationships);
    }

    private static Optional<String> text(final Element parent, final String name) {
        return childrenOf(parent, name).stream().map(Node::getTextContent).findFirst();
    }

    private static List<Element> children(final Element parent, final String group, final String name) {
        return childrenOf(parent, group).stream().flatMap(node -> childrenOf(node, name).stream()).toList();
    }

    private static List<Element> childrenOf(final Element parent, final String name) {
        final List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }

        return found;
    }
}
