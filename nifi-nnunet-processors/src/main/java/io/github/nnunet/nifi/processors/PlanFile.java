/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.dataset.PlanJson;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.ModelFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A plan on disk.
 *
 * @param path    the file
 * @param isModel whether it is a model file; else it is plan.json
 */
record PlanFile(Path path, boolean isModel, Plan plan) {
    /** The most that plan.json may have: it is a page of text. */
    private static final long LARGEST_JSON = 1L << 20;

    /** @throws CaseException if there is no such file, or it holds no plan */
    static PlanFile read(final Path path) throws CaseException, IOException {
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The file %s that should hold the plan is not there, or NiFi's user may not read it. Correct Plan File.".formatted(path));
        }

        if (isZip(path)) {
            final Plan plan = ModelFile.readPlan(path).orElseThrow(() -> new CaseException(FaultCategory.UNSUPPORTED,
                    "The model file %s carries no plan: it was exported elsewhere. Give the plan as a plan.json.".formatted(path)));
            return new PlanFile(path, true, plan);
        }

        if (Files.size(path) > LARGEST_JSON) {
            throw new CaseException(FaultCategory.UNREADABLE, "The file %s is neither a model file nor a plan.json. Correct Plan File.".formatted(path));
        }

        return new PlanFile(path, false, PlanJson.read(new String(Files.readAllBytes(path), StandardCharsets.UTF_8)));
    }

    /** A model file is a zip archive, which begins with the letters PK. */
    private static boolean isZip(final Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.read() == 'P' && in.read() == 'K';
        }
    }
}
