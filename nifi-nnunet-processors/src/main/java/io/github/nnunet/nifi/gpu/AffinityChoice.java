/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.network.AffinityMode;
import org.apache.nifi.components.DescribedValue;

import java.util.Optional;

/** Which processors the threads of a device run on. */
enum AffinityChoice implements DescribedValue {
    NONE("none", "None", "Where the operating system puts them.", null),
    SOCKET("socket", "Socket", "All cores of the device's socket. Devices are spread over the sockets in their order.", AffinityMode.SOCKET),
    SINGLE("single", "Single", "The first core of the device's socket, which other devices of that socket use too.", AffinityMode.SINGLE),
    SINGLE_UNIQUE("single_unique", "Single, Unique", "A core of its own for each device.", AffinityMode.SINGLE_UNIQUE),
    SOCKET_UNIQUE_INTERLEAVED("socket_unique_interleaved", "Socket, Unique, Interleaved", "The socket's cores dealt out to its devices in turn.", AffinityMode.SOCKET_UNIQUE_INTERLEAVED),
    SOCKET_UNIQUE_CONTINUOUS("socket_unique_continuous", "Socket, Unique, Continuous", "The socket's cores divided among its devices, neighbours together.",
            AffinityMode.SOCKET_UNIQUE_CONTINUOUS);

    private final String value;
    private final String displayName;
    private final String description;
    private final AffinityMode mode;

    AffinityChoice(final String value, final String displayName, final String description, final AffinityMode mode) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
        this.mode = mode;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }

    /** @return empty for none */
    Optional<AffinityMode> mode() {
        return Optional.ofNullable(mode);
    }
}
