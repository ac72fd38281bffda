/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import io.github.nnunet.nifi.processors.StackTask.GiveUp;
import io.github.nnunet.nifi.processors.StackTask.Stack;
import io.github.nnunet.nifi.processors.StackTask.TurnAway;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in the queue, by case. What is to be done depends on them and the time alone, so nothing has to be
 * remembered between two looks at the queue, nor over a restart.
 */
final class WaitingFiles {
    private final StackRoles roles;
    private final List<RoleFile> files;

    WaitingFiles(final StackRoles roles, final Collection<RoleFile> files) {
        this.roles = roles;
        this.files = files.stream().sorted(RoleFile.BY_ARRIVAL).toList();
    }

    /**
     * @param now     the present
     * @param started since when files are waited for
     * @param wait    how long a case waits after its last file came, and after the start
     * @return what to do next; empty if all there is to do is to wait
     */
    Optional<StackTask> next(final Instant now, final Instant started, final Duration wait) {
        final Map<String, Map<String, RoleFile>> cases = new LinkedHashMap<>();
        for (final RoleFile file : files) {
            final Optional<String> misfit = misfit(file, cases);
            if (misfit.isPresent()) {
                return Optional.of(new TurnAway(file, misfit.get()));
            }

            cases.computeIfAbsent(file.caseName(), name -> new LinkedHashMap<>()).put(file.role(), file);
        }

        final Instant latest = now.minus(wait);
        return complete(cases).or(() -> started.isAfter(latest) ? Optional.empty() : overdue(cases, latest));
    }

    private Optional<String> misfit(final RoleFile file, final Map<String, Map<String, RoleFile>> cases) {
        if (file.caseName().isBlank()) {
            return Optional.of("%s does not say which case it belongs to. Correct Case Name, or give the flowfile the attribute it reads.".formatted(file.name()));
        }

        if (!roles.all().contains(file.role())) {
            return Optional.of("%s has the role \"%s\" in case %s, and the roles are %s. Correct Role, Modalities or Label Role, or leave the file out."
                    .formatted(file.name(), file.role(), file.caseName(), String.join(", ", roles.all())));
        }

        final RoleFile earlier = cases.getOrDefault(file.caseName(), Map.of()).get(file.role());
        return Optional.ofNullable(earlier).map(other -> "%s is a second %s of case %s: %s came before it and is the one that counts. Remove one of them, or correct Case Name or Role."
                .formatted(file.name(), file.role(), file.caseName(), other.name()));
    }

    private Optional<StackTask> complete(final Map<String, Map<String, RoleFile>> cases) {
        for (final Map.Entry<String, Map<String, RoleFile>> entry : cases.entrySet()) {
            final Map<String, RoleFile> found = entry.getValue();
            if (found.size() == roles.all().size()) {
                return Optional.of(new Stack(entry.getKey(), roles.modalities().stream().map(found::get).toList(), roles.label().stream().map(found::get).toList()));
            }
        }

        return Optional.empty();
    }

    private Optional<StackTask> overdue(final Map<String, Map<String, RoleFile>> cases, final Instant latest) {
        for (final Map.Entry<String, Map<String, RoleFile>> entry : cases.entrySet()) {
            final List<RoleFile> found = new ArrayList<>(entry.getValue().values());
            final long lastArrival = found.stream().mapToLong(RoleFile::arrivedAt).max().orElseThrow();
            if (lastArrival <= latest.toEpochMilli()) {
                final List<String> missing = roles.all().stream().filter(role -> !entry.getValue().containsKey(role)).toList();
                return Optional.of(new GiveUp(entry.getKey(), found, missing));
            }
        }

        return Optional.empty();
    }
}
