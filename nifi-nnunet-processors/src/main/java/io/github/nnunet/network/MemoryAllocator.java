/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * glibc gives every large tensor's memory back to the system and fetches it anew for the next one, which costs more than the
 * arithmetic around the convolutions. The launcher sets environment variables against that; where they are missing this does
 * what can be done in a running process.
 */
final class MemoryAllocator {

    private static final String VARIABLE = "MALLOC_MMAP_THRESHOLD_";
    private static final int TRIM_THRESHOLD = -1;
    private static final int MMAP_THRESHOLD = -3;
    /** The most that glibc accepts. */
    private static final int LARGEST_KEPT_BLOCK = 32 << 20;
    private static final int KEPT_AT_MOST = Integer.MAX_VALUE;

    private MemoryAllocator() {
    }

    /** @return whether memory is now kept, or was kept already */
    static boolean keepLargeBlocks() {
        if (System.getenv(VARIABLE) != null) {
            return true;
        }

        if (!Platform.isLinux()) {
            return false;
        }

        try {
            final NativeLibrary library = NativeLibrary.getInstance("c");
            final boolean isMapped = library.getFunction("mallopt").invokeInt(new Object[] {MMAP_THRESHOLD, LARGEST_KEPT_BLOCK}) == 1;
            return library.getFunction("mallopt").invokeInt(new Object[] {TRIM_THRESHOLD, KEPT_AT_MOST}) == 1 && isMapped;
        } catch (final LinkageError missing) {
            // Another C library, or no access to native code: slower, not wrong.
            return false;
        }
    }
}
