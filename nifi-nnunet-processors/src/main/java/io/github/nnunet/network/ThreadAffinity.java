/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Binds threads to processors, on Linux. Threads that a bound thread starts, such as OpenMP's for libtorch's operators, inherit
 * its processors.
 *
 * @param processors of each device's threads; threads of a device that is not in it are left alone
 */
public record ThreadAffinity(Map<ComputeDevice, SortedSet<Integer>> processors) {

    /** Leaves all threads alone. */
    public static final ThreadAffinity NONE = new ThreadAffinity(Map.of());

    /** What glibc's cpu_set_t has. */
    private static final int MASK_BYTES = 128;

    public ThreadAffinity {
        processors = Map.copyOf(processors);
    }

    /** @throws IllegalArgumentException if there are too few cores */
    public static ThreadAffinity of(final AffinityMode mode, final CpuTopology topology, final List<ComputeDevice> devices) {
        final List<SortedSet<Integer>> processors = mode.processors(topology, devices.size());
        return new ThreadAffinity(IntStream.range(0, devices.size()).boxed().collect(Collectors.toMap(devices::get, processors::get)));
    }

    /** @return whether threads can be bound here at all */
    public static boolean isSupported() {
        return Platform.isLinux();
    }

    /**
     * Binds the calling thread to a device's processors, for good.
     *
     * @throws IllegalStateException if the system does not let it
     */
    public void bind(final ComputeDevice device) {
        final SortedSet<Integer> chosen = processors.get(device);
        if (chosen == null) {
            return;
        }

        final byte[] mask = new byte[MASK_BYTES];
        for (final int processor : chosen) {
            mask[processor / Byte.SIZE] |= (byte) (1 << processor % Byte.SIZE);
        }

        try {
            // Process 0 is the calling thread.
            final int result = NativeLibrary.getInstance("c").getFunction("sched_setaffinity").invokeInt(new Object[] {0, (long) MASK_BYTES, mask});
            if (result != 0) {
                throw new IllegalStateException("The system does not let threads of %s be bound to the processors %s".formatted(device.name(), chosen));
            }
        } catch (final LinkageError missing) {
            throw new IllegalStateException("Threads cannot be bound to processors here: %s".formatted(missing.getMessage()), missing);
        }
    }
}
