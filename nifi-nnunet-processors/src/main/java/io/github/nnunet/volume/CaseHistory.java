/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.volume;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was done to a case since it left the scanner: all that is needed to put a result back into the scan's own
 * grid, and to say how the voxels came about.
 *
 * @param scan          grid of the scan as it was read
 * @param crop          the box kept by cropping, in the scan's grid
 * @param resampledFrom shape before resampling (the cropped shape)
 * @param padding       voxels added before the first one along [z][y][x] by padding (negative: cut), and the shape before padding
 * @param notes         parameters of the steps, for people: step name to a short text, in order
 */
public record CaseHistory(Geometry scan, Optional<Box> crop, Optional<Shape> resampledFrom, Optional<Padding> padding, Map<String, String> notes) {

    /**
     * @param beforeZ voxels added before the first slice (negative: slices cut)
     * @param beforeY rows added before the first
     * @param beforeX columns added before the first
     * @param from    shape before padding
     */
    public record Padding(int beforeZ, int beforeY, int beforeX, Shape from) {
    }

    public CaseHistory {
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
    }

    /** @return the history of a scan that nothing was done to */
    public static CaseHistory of(final Geometry scan) {
        return new CaseHistory(scan, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    public CaseHistory withCrop(final Box box) {
        return new CaseHistory(scan, Optional.of(box), resampledFrom, padding, notes);
    }

    public CaseHistory withResampledFrom(final Shape shape) {
        return new CaseHistory(scan, crop, Optional.of(shape), padding, notes);
    }

    public CaseHistory withPadding(final Padding newPadding) {
        return new CaseHistory(scan, crop, resampledFrom, Optional.of(newPadding), notes);
    }

    public CaseHistory withNote(final String step, final String text) {
        final Map<String, String> more = new LinkedHashMap<>(notes);
        more.put(step, text);
        return new CaseHistory(scan, crop, resampledFrom, padding, more);
    }
}
