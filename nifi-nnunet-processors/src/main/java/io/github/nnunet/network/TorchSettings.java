/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How libtorch is started; the first start in a process decides.
 *
 * @param threads       threads that one operator uses on the CPU; 0 for libtorch's own choice
 * @param cacheFolder   where the native libraries are unpacked; empty for DJL's default (.djl.ai in the home folder)
 * @param libraryFolder a LibTorch to be used in place of the bundled one
 */
public record TorchSettings(int threads, Optional<Path> cacheFolder, Optional<Path> libraryFolder) {

    public TorchSettings {
        if (threads < 0) {
            throw new IllegalArgumentException("libtorch needs a number of threads, not %d".formatted(threads));
        }
    }

    /** With the bundled LibTorch. */
    public TorchSettings(final int threads, final Optional<Path> cacheFolder) {
        this(threads, cacheFolder, Optional.empty());
    }

    public static TorchSettings defaults() {
        return new TorchSettings(0, Optional.empty());
    }
}
