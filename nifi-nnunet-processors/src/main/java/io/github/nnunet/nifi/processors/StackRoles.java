/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the files of a case are to each other. Roles are lower case.
 *
 * @param modalities roles of the images in the order of the channels
 * @param label      role of the label; empty if cases have none
 */
record StackRoles(List<String> modalities, Optional<String> label) {

    StackRoles {
        modalities = List.copyOf(modalities);
    }

    /**
     * @param modalities separated by commas
     * @param label      blank for none
     */
    static StackRoles parse(final String modalities, final String label) {
        return new StackRoles(Arrays.stream(modalities.split(",", -1)).map(StackRoles::normalized).toList(),
                Optional.of(normalized(label)).filter(role -> !role.isEmpty()));
    }

    /** @return a role as it is compared: capitals and blanks around it do not count */
    static String normalized(final String role) {
        return role.strip().toLowerCase(Locale.ROOT);
    }

    /** @return the roles of all files that a case must have, the label's last */
    List<String> all() {
        return Stream.concat(modalities.stream(), label.stream()).toList();
    }

    /** @return what is wrong with the roles themselves, if anything is */
    Optional<String> fault() {
        final List<String> seen = new ArrayList<>();
        for (final String role : all()) {
            if (role.isEmpty()) {
                return Optional.of("a modality has no name: separate the names by single commas");
            }

            if (seen.contains(role)) {
                return Optional.of("the role \"%s\" is there twice, and each file of a case has a role of its own".formatted(role));
            }

            seen.add(role);
        }

        return Optional.empty();
    }
}
