/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PreparedDataset;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.nifi.CaseAttributes;
import io.github.nnunet.nifi.PlanAttributes;
import io.github.nnunet.training.TrainingNeeds;
import io.github.nnunet.training.TrainingSettings;
import org.apache.nifi.components.ConfigVerificationResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks whether a training could begin: the prepared dataset, the network, what memory and disk it needs and has. */
final class TrainingVerification {
    private static final double MEBIBYTE = 1L << 20;
    private static final String DATASET = "Open Prepared Dataset";
    private static final String NETWORK = "Plan Network";
    private static final String DISK = "Find Room For Results";

    private final TrainingSettings settings;
    private final Verification verification;

    TrainingVerification(final TrainingSettings settings, final Verification verification) {
        this.settings = settings;
        this.verification = verification;
    }

    /**
     * @param results    the property's value
     * @param attributes of a job
     */
    List<ConfigVerificationResult> run(final Path results, final Map<String, String> attributes) {
        final Optional<PreparedDataset> dataset = Optional.ofNullable(attributes.get(CaseAttributes.PREPARED_FOLDER)).map(folder -> new PreparedDataset(Path.of(folder)));
        if (dataset.isPresent()) {
            verification.step(DATASET, () -> "%s: %d cases in %s".formatted(dataset.get().plan().name(), dataset.get().caseIds().size(), dataset.get().folder()));
        } else {
            verification.skipped(DATASET, "The dataset comes with each job. Add the attribute %s of a job, and verify again.".formatted(CaseAttributes.PREPARED_FOLDER));
        }

        if (dataset.isPresent() || attributes.containsKey(PlanAttributes.JSON)) {
            verification.step(NETWORK, () -> describe(TrainingNeeds.of(settings, plan(dataset, attributes))));
            verification.step(DISK, () -> room(results, TrainingNeeds.of(settings, plan(dataset, attributes)).diskBytes()));
        } else {
            verification.skipped(NETWORK, "The plan comes with each job. Add the attribute %s or %s of a job, and verify again.".formatted(CaseAttributes.PREPARED_FOLDER, PlanAttributes.JSON));
            verification.step(DISK, () -> room(results, 0));
        }

        return verification.results();
    }

    private static Plan plan(final Optional<PreparedDataset> dataset, final Map<String, String> attributes) throws CaseException, IOException {
        return dataset.isPresent() ? dataset.get().plan() : PlanAttributes.require(attributes);
    }

    private static String describe(final TrainingNeeds needs) {
        final String memory = needs.memoryBytes().isPresent() ? ", at least %,.0f MiB of memory on the device".formatted(needs.memoryBytes().getAsLong() / MEBIBYTE) : "";
        return "%,d weights%s".formatted(needs.weights(), memory);
    }

    /** The folder may not be there yet: then it is made in one that is. */
    private static String room(final Path results, final long needed) throws CaseException, IOException {
        Path present = results.toAbsolutePath();
        while (!Files.exists(present)) {
            present = present.getParent();
        }

        if (!Files.isDirectory(present) || !Files.isWritable(present)) {
            throw new CaseException(FaultCategory.UNREADABLE, "%s is no folder that NiFi's user may write to. Correct Results Folder.".formatted(present));
        }

        final long usable = Files.getFileStore(present).getUsableSpace();
        final String room = "%,.0f MiB are free in %s, %,.0f MiB are needed for a fold".formatted(usable / MEBIBYTE, present, needed / MEBIBYTE);
        if (usable < needed) {
            throw new CaseException(FaultCategory.MEMORY, room + ". Choose another Results Folder, or make room.");
        }

        return needed == 0 ? "%,.0f MiB are free in %s".formatted(usable / MEBIBYTE, present) : room;
    }
}
