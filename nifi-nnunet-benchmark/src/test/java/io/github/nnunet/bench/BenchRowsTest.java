/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.TreeSet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchRowsTest {
    @Test
    void rowsHaveNamesOfTheirOwn() {
        final List<String> names = BenchRows.of(false).stream().map(BenchRow::name).toList();

        assertEquals(names.size(), new TreeSet<>(names).size());
        assertTrue(names.containsAll(List.of("read/nii.gz", "resample/mri", "forward/64/batch-1", "window/64-flips", "restore/4-classes", "score/overlap", "train/40x56x40")), names.toString());
    }

    @Test
    void aQuickRunHasTheSameRowsWithSmallerInputs() {
        final List<BenchRow> whole = BenchRows.of(false);
        final List<BenchRow> quick = BenchRows.of(true);

        assertEquals(whole.stream().map(BenchRow::name).toList(), quick.stream().map(BenchRow::name).toList());
        for (int i = 0; i < whole.size(); i++) {
            assertTrue(!whole.get(i).spec().equals(quick.get(i).spec()), whole.get(i).name());
        }
    }
}
