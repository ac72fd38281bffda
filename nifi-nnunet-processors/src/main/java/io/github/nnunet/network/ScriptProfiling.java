/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

import java.nio.file.Path;

/**
 * libtorch watches the first calls of a script and rewrites it for what it saw, which for a network takes seconds and, for the tasks of
 * a training step, a hundred megabytes, and makes nothing faster. DJL's switch against it is the calling thread's, so the threads of
 * libtorch's tasks do not see it; this one is the process's.
 */
final class ScriptProfiling {

    /** {@code std::atomic<bool>& torch::jit::getProfilingMode()}, as C++ compilers other than Microsoft's name it. */
    private static final String MODE = "_ZN5torch3jit16getProfilingModeEv";

    private ScriptProfiling() {
    }

    /**
     * @param libraries the folder that libtorch was loaded from
     * @return whether scripts are now run as they are by every thread; where not, tasks are slow at their second call and else the same
     */
    static boolean turnOff(final Path libraries) {
        if (Platform.isWindows()) {
            return false;
        }

        try {
            final NativeLibrary library = NativeLibrary.getInstance(libraries.resolve(System.mapLibraryName("torch_cpu")).toString());
            library.getFunction(MODE).invokePointer(new Object[0]).setByte(0, (byte) 0);
            return true;
        } catch (final LinkageError missing) {
            // A libtorch that has no such function, or no access to native code.
            return false;
        }
    }
}
