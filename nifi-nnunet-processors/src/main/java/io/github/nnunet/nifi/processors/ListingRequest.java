/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.DatasetDescription;
import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.Planner;
import io.github.nnunet.dataset.Planning;
import io.github.nnunet.dataset.PlanningOptions;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.nifi.processors.CaseListing.ListedCase;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the properties of ListCases ask for.
 *
 * @param attributes of the trigger; none if there is no trigger
 */
record ListingRequest(PropertyContext context, Map<String, String> attributes) {
    private static final String AUTOMATIC_TASK = "auto";

    boolean isChecked() {
        return context.getProperty(ListCases.CHECK_DATASET).asBoolean();
    }

    DatasetDescription dataset() throws CaseException, IOException {
        final Path folder = folder(text(ListCases.DATASET_FOLDER));
        // A check names missing files along with all else.
        final DatasetDescription whole = isChecked() ? DatasetDescription.readWithoutFiles(folder) : DatasetDescription.read(folder);
        final Integer limit = context.getProperty(ListCases.CASE_LIMIT).evaluateAttributeExpressions(attributes).asInteger();
        if (limit == null) {
            return whole;
        }

        return new DatasetDescription(whole.name(), whole.folder(), whole.modality(), whole.channels(), whole.classes(),
                whole.training().stream().limit(limit).toList(), whole.test().stream().limit(limit).toList());
    }

    private String text(final PropertyDescriptor property) {
        return context.getProperty(property).evaluateAttributeExpressions(attributes).getValue();
    }

    private static Path folder(final String text) throws CaseException {
        try {
            final Path folder = Path.of(text);
            if (Files.isDirectory(folder)) {
                return folder;
            }
        } catch (final InvalidPathException e) {
            throw noFolder(text, e);
        }

        throw noFolder(text, null);
    }

    private static CaseException noFolder(final String text, final Exception cause) {
        return new CaseException(FaultCategory.UNREADABLE, "The dataset folder \"%s\" is not there, or NiFi's user may not read it. Correct Dataset Folder.".formatted(text), cause);
    }

    /** @return the cases of the dataset that are to be listed */
    List<ListedCase> cases(final DatasetDescription dataset) throws CaseException {
        return CaseListing.of(dataset, split(), folds(), fold());
    }

    private SplitChoice split() {
        return context.getProperty(ListCases.SPLIT).asAllowableValue(SplitChoice.class);
    }

    private int folds() throws CaseException {
        return number(ListCases.FOLDS, 2);
    }

    private int fold() throws CaseException {
        final boolean matters = split() == SplitChoice.TRAINING || split() == SplitChoice.VALIDATION;
        return matters ? number(ListCases.FOLD, 0) : 0;
    }

    private int number(final PropertyDescriptor property, final int least) throws CaseException {
        final String text = text(property);
        try {
            final int number = Integer.parseInt(text.strip());
            if (number >= least) {
                return number;
            }
        } catch (final NumberFormatException e) {
            throw noNumber(property, text, least, e);
        }

        throw noNumber(property, text, least, null);
    }

    private static CaseException noNumber(final PropertyDescriptor property, final String text, final int least, final Exception cause) {
        return new CaseException(FaultCategory.UNSUPPORTED, "%s is \"%s\" and should be a whole number, %d or more.".formatted(property.getName(), text, least), cause);
    }

    /** @return attributes that all cases of a listing share */
    Map<String, String> commonAttributes(final DatasetDescription dataset) throws CaseException, IOException {
        final Map<String, String> common = new HashMap<>(PlanAttributes.of(plan(dataset)));
        common.put(CaseAttributes.FOLDS, Integer.toString(folds()));
        dataset.labelMapping().text().ifPresent(mapping -> common.put(CaseAttributes.LABEL_MAPPING, mapping));
        return common;
    }

    /** A trigger that brings a plan, such as a model, keeps it: cases are to be prepared as the model was trained. */
    Plan plan(final DatasetDescription dataset) throws CaseException, IOException {
        final Optional<Plan> brought = PlanAttributes.find(attributes);
        if (brought.isPresent()) {
            return brought.get();
        }

        final String task = text(ListCases.TASK);
        final int dimensions = Integer.parseInt(context.getProperty(ListCases.DIMENSIONS).getValue());
        final boolean automatic = task == null || task.strip().equalsIgnoreCase(AUTOMATIC_TASK);
        return Planner.plan(dataset, automatic ? "" : task.strip(), dimensions, context.getProperty(ListCases.FOREGROUND_CHANNEL).asBoolean(), planning());
    }

    private PlanningOptions planning() {
        final Planning rules = context.getProperty(ListCases.PLANNING_RULES).asAllowableValue(PlanningChoice.class).rules();
        return rules == Planning.NNUNET ? new PlanningOptions(rules, context.getProperty(ListCases.PLANNING_MEMORY).asDouble()) : PlanningOptions.REFERENCE;
    }
}
