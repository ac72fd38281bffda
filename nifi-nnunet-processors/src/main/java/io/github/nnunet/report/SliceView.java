/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

/**
 * The three slices that radiologists look at. In each of them rows go from the patient's right, or anterior, side, and
 * columns from the anterior, or superior, side: the radiological convention, in which the patient looks at the reader.
 */
enum SliceView {
    AXIAL("Axial", PatientAxis.Z, PatientAxis.X, PatientAxis.Y),
    CORONAL("Coronal", PatientAxis.Y, PatientAxis.X, PatientAxis.Z),
    SAGITTAL("Sagittal", PatientAxis.X, PatientAxis.Y, PatientAxis.Z);

    private final String title;
    private final PatientAxis through;
    private final PatientAxis across;
    private final PatientAxis down;

    SliceView(final String title, final PatientAxis through, final PatientAxis across, final PatientAxis down) {
        this.title = title;
        this.through = through;
        this.across = across;
        this.down = down;
    }

    String title() {
        return title;
    }

    /** @return the axis that the slices are stacked along */
    PatientAxis through() {
        return through;
    }

    /** @return the axis along a row of the picture */
    PatientAxis across() {
        return across;
    }

    /** @return the axis along a column of the picture */
    PatientAxis down() {
        return down;
    }
}
