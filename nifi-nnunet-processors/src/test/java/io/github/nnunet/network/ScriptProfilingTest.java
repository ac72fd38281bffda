/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Optional;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScriptProfilingTest {

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theSwitchIsInTheLibraryThatTheEngineLoads() throws TorchUnavailableException {
        assertTrue(ScriptProfiling.turnOff(TorchEngine.start(new TorchSettings(0, Optional.empty())).libraryFolder()));
    }

    @Test
    void aFolderWithoutTheLibraryIsNoReasonToFail(@TempDir final Path empty) {
        assertFalse(ScriptProfiling.turnOff(empty));
    }
}
