/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LibraryFolderTest {

    @TempDir
    private Path folder;

    /** Starts libtorch in a process of its own, from the folder that is its only argument, and says where it was loaded from. */
    public static final class Start {

        public static void main(final String[] arguments) throws TorchUnavailableException {
            final TorchEngine engine = TorchEngine.start(new TorchSettings(1, Optional.empty(), Optional.of(Path.of(arguments[0]))));
            System.out.println("loaded from " + engine.libraryFolder());
        }
    }

    private Path library(final Path libraries, final String name) throws IOException {
        Files.createDirectories(libraries);
        return Files.createFile(libraries.resolve(System.mapLibraryName(name)));
    }

    @Test
    void aLibTorchOutsideTakesThePlaceOfTheBundledOne() throws TorchUnavailableException, IOException, InterruptedException {
        final Path bundled = TorchEngine.start(TorchSettings.defaults()).libraryFolder();
        final Path copy = Files.createDirectories(folder.resolve("lib"));
        try (Stream<Path> files = Files.list(bundled)) {
            for (final Path file : files.toList()) {
                Files.createSymbolicLink(copy.resolve(file.getFileName()), file);
            }
        }

        // The native interface, too, is found where libtorch is, or taken from the class path.
        final Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Start.class.getName(), folder.toString()).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("loaded from " + copy), output);
        try (Stream<Path> links = Files.list(copy)) {
            for (final Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void theNativeInterfaceIsThatOfTheLibrary() throws TorchUnavailableException, IOException {
        library(folder.resolve("lib"), "torch");
        assertEquals("cpu", LibraryFolder.find(folder).flavor());
        library(folder.resolve("lib"), "torch_cuda");
        assertEquals("cu128", LibraryFolder.find(folder).flavor());
        assertEquals(folder.resolve("lib"), LibraryFolder.find(folder.resolve("lib")).libraries());
    }

    @Test
    void aFolderWithoutLibTorchIsRefused() {
        assertTrue(assertThrows(TorchUnavailableException.class, () -> LibraryFolder.find(folder)).getMessage().contains("is not a LibTorch"));
    }

    @Test
    void anotherVersionIsRefused() throws IOException, TorchUnavailableException {
        library(folder.resolve("lib"), "torch");
        Files.writeString(folder.resolve("build-version"), "2.7.1+cu128\n");
        assertEquals(Optional.of("2.7.1+cu128"), LibraryFolder.find(folder).version());
        Files.writeString(folder.resolve("build-version"), "2.6.0+cpu\n");
        for (final Path asked : List.of(folder, folder.resolve("lib"))) {
            assertTrue(assertThrows(TorchUnavailableException.class, () -> LibraryFolder.find(asked)).getMessage().contains("2.6.0"));
        }
    }

    @Test
    void aFolderThatIsAskedForAfterAnotherWasLoadedNeedsARestart() throws TorchUnavailableException, IOException {
        TorchEngine.start(TorchSettings.defaults());
        library(folder.resolve("lib"), "torch");
        final TorchSettings other = new TorchSettings(0, Optional.empty(), Optional.of(folder));
        assertTrue(assertThrows(TorchUnavailableException.class, () -> TorchEngine.start(other)).getMessage().contains("restart NiFi"));
    }
}
