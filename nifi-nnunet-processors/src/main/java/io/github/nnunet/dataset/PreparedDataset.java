/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.dataset;

import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.volume.ScanCase;
import io.github.nnunet.volume.Shape;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of prepared cases: plan.json and, for each case, {@code <id>_x.npy} (float32 [c][z][y][x]), {@code <id>_y.npy}
 * (uint8 [1][z][y][x]), {@code <id>_meta.npy} (int64 6x3) and {@code <id>_orig_lbl.npy} (uint8 [1][z][y][x] of the scan).
 * A folder that the reference prepared can be opened too.
 */
public final class PreparedDataset {
    private static final String PLAN = "plan.json";
    private static final Pattern USABLE_ID = Pattern.compile("[^./\\\\\\p{Cntrl}][^/\\\\\\p{Cntrl}]{0,199}");

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
        final byte[] json = PlanJson.write(plan).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve(PLAN), out -> out.write(json));
    }

    /** @throws CaseException if plan.json is not there or is not a plan */
    public Plan plan() throws IOException, CaseException {
        final Path file = folder.resolve(PLAN);
        if (!Files.exists(file)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The prepared dataset %s has no %s; collect its cases again".formatted(folder, PLAN));
        }

        return PlanJson.read(Files.readString(file));
    }

    /**
     * Stores a case, or replaces it. A case counts once all its files are there.
     *
     * @param prepared      with a label, ready for training
     * @param originalLabel [z][y][x] in the scan's grid
     * @param originalShape of the scan
     * @throws CaseException if the case has no label, its name cannot be a file's, or the label is not of the scan's shape
     */
    public void store(final String id, final ScanCase prepared, final Optional<byte[]> originalLabel, final Shape originalShape)
            throws IOException, CaseException {
        final PreparedFiles files = files(id);
        final byte[] label = prepared.label().orElseThrow(() -> new CaseException(FaultCategory.LABEL,
                "Case %s has no label to train on; fetch it with its label, or keep it out of the training dataset".formatted(id)));
        if (originalLabel.isPresent() && originalLabel.get().length != originalShape.count()) {
            throw new CaseException(FaultCategory.LABEL,
                    "The label of case %s has %d voxels and its scan %s; give the label of that scan".formatted(id, originalLabel.get().length, originalShape));
        }

        // The image comes last and goes first: a case without it is not there.
        Files.deleteIfExists(files.image());
        final Shape shape = prepared.shape();
        final PreparedMeta meta = PreparedMeta.of(prepared.history(), shape);
        AtomicFile.write(files.meta(), out -> NpyFile.writeLongs(out, meta.rowsShape(), meta.toRows()));
        if (originalLabel.isPresent()) {
            AtomicFile.write(files.originalLabel(), out -> NpyFile.writeBytes(out, arrayShape(1, originalShape), originalLabel.get()));
        } else {
            Files.deleteIfExists(files.originalLabel());
        }

        final int sliceVoxels = shape.height() * shape.width();
        final LabelIndex index = LabelIndex.of(shape, (z, slice) -> System.arraycopy(label, z * sliceVoxels, slice, 0, sliceVoxels));
        AtomicFile.write(files.index(), index::write);
        AtomicFile.write(files.label(), out -> NpyFile.writeBytes(out, arrayShape(1, shape), label));
        AtomicFile.write(files.image(), out -> NpyFile.writeFloats(out, arrayShape(prepared.channels().length, shape), prepared.channels()));
    }

    private PreparedFiles files(final String id) throws CaseException {
        if (!USABLE_ID.matcher(id).matches()) {
            throw new CaseException(FaultCategory.UNSUPPORTED,
                    "The case name \"%s\" cannot be a file name; use letters, digits, - and _".formatted(id.replaceAll("\\p{Cntrl}", "?")));
        }

        return new PreparedFiles(folder, id);
    }

    private static int[] arrayShape(final int channels, final Shape shape) {
        return new int[] {channels, shape.depth(), shape.height(), shape.width()};
    }

    /** @return whether the case is stored whole */
    public boolean has(final String id) {
        return USABLE_ID.matcher(id).matches() && Files.exists(new PreparedFiles(folder, id).image());
    }

    /** @return the cases in the reference's order; none if the folder is not there */
    public List<String> caseIds() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }

        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(PreparedFiles.IMAGE_ENDING) && !name.startsWith("."))
                    .map(name -> name.substring(0, name.length() - PreparedFiles.IMAGE_ENDING.length()))
                    .sorted(CaseFiles.ID_ORDER)
                    .toList();
        }
    }

    /**
     * @return the case, its voxels mapped into memory
     * @throws CaseException if the case is not there or its files do not fit together
     * @throws IOException   if a file is damaged or cannot be read
     */
    public PreparedCase open(final String id) throws IOException, CaseException {
        if (!has(id)) {
            throw new CaseException(FaultCategory.UNREADABLE, "The prepared dataset %s has no case %s; collect it again".formatted(folder, id));
        }

        return PreparedCase.open(files(id));
    }
}
