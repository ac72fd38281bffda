/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a NiFi is started.
 *
 * @param assembly the folder with conf and lib that all instances share; nothing is written there
 * @param work     the folder of this instance: its configuration, repositories and logs
 * @param port     of the user interface and the REST API; 0 for any that is free
 * @param heap     what -Xmx takes, such as 2g
 * @param options  more options for the JVM
 * @param cluster  the instance's place in a cluster, if it is to be a node of one
 */
public record NifiSettings(Path assembly, Path work, int port, String heap, List<String> options, Optional<ClusterNode> cluster) {

    public NifiSettings {
        options = List.copyOf(options);
    }

    /** A NiFi on its own. */
    public NifiSettings(final Path assembly, final Path work, final int port, final String heap, final List<String> options) {
        this(assembly, work, port, heap, options, Optional.empty());
    }
}
