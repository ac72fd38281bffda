/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Trainings that stay in memory between two epochs, by run folder, so that not every epoch begins with loading. */
final class OpenRuns {
    private final Map<Path, OpenRun> idle = new HashMap<>();

    /** @return the training, which is the caller's until it is kept again or closed */
    synchronized Optional<OpenRun> take(final Path runFolder) {
        return Optional.ofNullable(idle.remove(runFolder));
    }

    synchronized void keep(final Path runFolder, final OpenRun run) {
        idle.put(runFolder, run);
    }

    synchronized void closeAll() {
        idle.values().forEach(OpenRun::close);
        idle.clear();
    }
}
