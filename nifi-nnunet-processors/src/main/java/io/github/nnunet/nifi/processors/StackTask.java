/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import java.util.List;
import java.util.stream.Stream;

/** What is to be done next with the files that wait for the others of their cases. */
sealed interface StackTask {

    /** @return the files that leave the queue */
    List<RoleFile> files();

    /**
     * All files of a case are there.
     *
     * @param images in the order of the channels
     * @param labels the label, or nothing
     */
    record Stack(String caseName, List<RoleFile> images, List<RoleFile> labels) implements StackTask {
        @Override
        public List<RoleFile> files() {
            return Stream.concat(images.stream(), labels.stream()).toList();
        }
    }

    /**
     * A case has waited for too long.
     *
     * @param missing roles of which no file came
     */
    record GiveUp(String caseName, List<RoleFile> files, List<String> missing) implements StackTask {
    }

    /**
     * A file that will never be part of a case.
     *
     * @param reason a sentence: why, and what to do
     */
    record TurnAway(RoleFile file, String reason) implements StackTask {
        @Override
        public List<RoleFile> files() {
            return List.of(file);
        }
    }
}
