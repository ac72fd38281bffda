/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.Map;

/** The environment that a process should be started with whose networks compute on a CPU. The C libraries read it once, before Java begins. */
public final class NativeEnvironment {
    // glibc gives every large tensor back to the system at once and asks for it again: the first three make it keep them.
    // Without the tunables, small blocks break up the place of large ones.
    // OpenMP's threads spin while they wait for each other, which is ruinous as soon as other work wants the same cores.
    /** Variables and their values; the launcher exports the same. */
    public static final Map<String, String> VARIABLES = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "8000000000",
            "MALLOC_TRIM_THRESHOLD_", "8000000000",
            "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0",
            "OMP_WAIT_POLICY", "passive");

    private NativeEnvironment() {
    }
}
