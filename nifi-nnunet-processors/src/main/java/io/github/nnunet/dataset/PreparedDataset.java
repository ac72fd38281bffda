/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder of prepared cases: plan.json and, for each case, {@code <id>_x.npy} (float32 [c][z][y][x]), {@code <id>_y.npy}
 * (uint8 [1][z][y][x]), {@code <id>_meta.npy} (int64 4x3) and {@code <id>_orig_lbl.npy} (uint8 [1][z][y][x] of the scan).
 */
public final class PreparedDataset {
    private final Path folder;

    /** @param folder need not be there yet */
    public PreparedDataset(final Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    /** Writes plan.json. */
    public void storePlan(final Plan plan) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Plan plan() throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    /**
     * Stores a case, or replaces it. A case counts once all its files are there.
     *
     * @param prepared      with a label, ready for training
     * @param originalLabel [z][y][x] in the scan's grid
     * @param originalShape of the scan
     */
    public void store(final String id, final ScanCase prepared, final Optional<byte[]> originalLabel, final Shape originalShape)
            throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }

    /** @return whether the case is stored whole */
    public boolean has(final String id) {
        throw new UnsupportedOperationException();
    }

    /** @return the cases, sorted */
    public List<String> caseIds() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** @return the case, its voxels mapped into memory */
    public PreparedCase open(final String id) throws IOException, CaseException {
        throw new UnsupportedOperationException();
    }
}
