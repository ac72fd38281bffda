/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The shared libraries of a LibTorch that was installed outside.
 *
 * @param libraries the folder that they are in
 * @param version   as the LibTorch says it, such as 2.7.1+cu128; empty if it says nothing
 */
record LibraryFolder(Path libraries, Optional<String> version) {

    /** What DJL's native interface was made for. */
    private static final String NEEDED_VERSION = "2.7.1";
    private static final String CPU_FLAVOR = "cpu";
    private static final String CUDA_FLAVOR = "cu128";

    /**
     * @param folder a LibTorch, or its folder lib, or the folder torch of a Python installation
     * @throws TorchUnavailableException if it is none, or one of another version
     */
    static LibraryFolder find(final Path folder) throws TorchUnavailableException {
        final String library = System.mapLibraryName("torch");
        final Path libraries = List.of(folder.resolve("lib"), folder).stream().filter(candidate -> Files.isRegularFile(candidate.resolve(library))).findFirst()
                .orElseThrow(() -> new TorchUnavailableException("%s is not a LibTorch: there is no %s in it, nor in a folder lib of it".formatted(folder, library), null));
        final Optional<String> version = version(libraries);
        if (version.isPresent() && !version.get().startsWith(NEEDED_VERSION)) {
            throw new TorchUnavailableException("The LibTorch in %s has version %s, and this software needs %s".formatted(folder, version.get(), NEEDED_VERSION), null);
        }

        return new LibraryFolder(libraries.toAbsolutePath(), version);
    }

    private static Optional<String> version(final Path libraries) throws TorchUnavailableException {
        final Path file = libraries.resolveSibling("build-version");
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (final IOException e) {
            throw new TorchUnavailableException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** @return DJL's name for the native interface that fits: DJL itself would guess one that it has to download */
    String flavor() {
        return Files.exists(libraries.resolve(System.mapLibraryName("torch_cuda"))) ? CUDA_FLAVOR : CPU_FLAVOR;
    }
}
