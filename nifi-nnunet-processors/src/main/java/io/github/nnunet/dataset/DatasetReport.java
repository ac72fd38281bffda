/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@link DatasetCheck} found.
 *
 * @param dataset  the dataset's folder
 * @param cases    how many cases were looked at
 * @param findings everything wrong, in the order of the cases; empty if all is well
 */
public record DatasetReport(Path dataset, int cases, List<DatasetFinding> findings) {
    private static final String FORMAT = "nifi-nnunet dataset check";
    /** A text names so many files of one finding; JSON names all. */
    private static final int FILES_IN_TEXT = 10;

    public DatasetReport {
        findings = List.copyOf(findings);
    }

    /** @return findings that make the dataset unfit for training */
    public List<DatasetFinding> errors() {
        return findings.stream().filter(finding -> finding.problem().isError()).toList();
    }

    /** @return findings that a person should know of */
    public List<DatasetFinding> warnings() {
        return findings.stream().filter(finding -> !finding.problem().isError()).toList();
    }

    /** @throws CaseException listing all findings, if there are errors; its category is the first error's */
    public void requireNoErrors() throws CaseException {
        final List<DatasetFinding> errors = errors();
        if (!errors.isEmpty()) {
            throw new CaseException(errors.getFirst().problem().category(), text());
        }
    }

    /** @return a line that sums up, and a line for each finding, errors first */
    public String text() {
        final String summary = "The dataset %s was checked, %d cases. Errors: %d, warnings: %d.".formatted(dataset, cases, errors().size(), warnings().size());
        final StringBuilder text = new StringBuilder(summary);
        errors().forEach(finding -> text.append("\nerror, ").append(line(finding)));
        warnings().forEach(finding -> text.append("\nwarning, ").append(line(finding)));
        return text.toString();
    }

    private String line(final DatasetFinding finding) {
        final List<Path> files = finding.files();
        final String names = files.stream().limit(FILES_IN_TEXT).map(this::name).collect(Collectors.joining(", "));
        final String more = files.size() > FILES_IN_TEXT ? " and %d more".formatted(files.size() - FILES_IN_TEXT) : "";
        return "%s: %s%s: %s".formatted(finding.problem().words(), names, more, finding.message());
    }

    private String name(final Path file) {
        return file.startsWith(dataset) && !file.equals(dataset) ? dataset.relativize(file).toString() : file.toString();
    }

    /** @return an object with dataset, cases, errors, warnings and findings: each with problem, severity, files, message */
    public String toJson() {
        final ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("format", FORMAT);
        json.put("dataset", dataset.toString());
        json.put("cases", cases);
        json.put("errors", errors().size());
        json.put("warnings", warnings().size());
        final ArrayNode array = json.putArray("findings");
        for (final DatasetFinding finding : findings) {
            final ObjectNode entry = array.addObject();
            entry.put("severity", finding.problem().isError() ? "error" : "warning");
            entry.put("problem", finding.problem().words());
            finding.files().forEach(file -> entry.withArray("files").add(name(file)));
            entry.put("message", finding.message());
        }

        return json.toPrettyString();
    }
}
