/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.report;

/** An axis of NIfTI's space, x, y and z, with the side of the patient that it points to and the one that it comes from. */
enum PatientAxis {
    X("R", "L"), Y("A", "P"), Z("S", "I");

    private final String towards;
    private final String from;

    PatientAxis(final String towards, final String from) {
        this.towards = towards;
        this.from = from;
    }

    /** @return right, anterior or superior */
    String towards() {
        return towards;
    }

    /** @return left, posterior or inferior */
    String from() {
        return from;
    }
}
