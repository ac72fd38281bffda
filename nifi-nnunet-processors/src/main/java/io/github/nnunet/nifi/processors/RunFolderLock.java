/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.processors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The right to write a run folder. Two trainings in one folder would overwrite each other's checkpoints: a terminated
 * task that still computes, a job that was sent twice, another NiFi. The operating system frees it when NiFi dies.
 */
final class RunFolderLock implements AutoCloseable {
    private static final String FILE_NAME = ".lock";

    private final FileChannel channel;
    private final FileLock lock;

    private RunFolderLock(final FileChannel channel, final FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** @return empty if somebody else has it */
    static Optional<RunFolderLock> acquire(final Path runFolder) throws IOException {
        Files.createDirectories(runFolder);
        final FileChannel channel = FileChannel.open(runFolder.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        final Optional<FileLock> lock = tryLock(channel);
        if (lock.isEmpty()) {
            channel.close();
        }

        return lock.map(held -> new RunFolderLock(channel, held));
    }

    private static Optional<FileLock> tryLock(final FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (final OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
