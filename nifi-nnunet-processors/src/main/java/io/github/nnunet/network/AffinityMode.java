/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * On which processors the threads of a device run. Devices are spread over the sockets in their order, the first ones on the
 * first socket: which socket a GPU is wired to only NVIDIA's management library could say.
 */
public enum AffinityMode {
    /** All cores of the device's socket, which it may share with other devices. */
    SOCKET {
        @Override
        List<SortedSet<Integer>> chosen(final List<SortedSet<Integer>> cores, final int position, final int sharing) {
            return cores;
        }
    },
    /** The first core of the device's socket. */
    SINGLE {
        @Override
        List<SortedSet<Integer>> chosen(final List<SortedSet<Integer>> cores, final int position, final int sharing) {
            return cores.subList(0, 1);
        }
    },
    /** A core of its own. */
    SINGLE_UNIQUE {
        @Override
        List<SortedSet<Integer>> chosen(final List<SortedSet<Integer>> cores, final int position, final int sharing) {
            return cores.subList(position, position + 1);
        }
    },
    /** Cores of its own, every so many of the socket's. */
    SOCKET_UNIQUE_INTERLEAVED {
        @Override
        List<SortedSet<Integer>> chosen(final List<SortedSet<Integer>> cores, final int position, final int sharing) {
            return IntStream.range(0, cores.size()).filter(core -> core % sharing == position).mapToObj(cores::get).toList();
        }
    },
    /** Cores of its own that follow each other. */
    SOCKET_UNIQUE_CONTINUOUS {
        @Override
        List<SortedSet<Integer>> chosen(final List<SortedSet<Integer>> cores, final int position, final int sharing) {
            return cores.subList(position * cores.size() / sharing, (position + 1) * cores.size() / sharing);
        }
    };

    /**
     * @param cores    of the socket
     * @param position of the device among those of the socket
     * @param sharing  how many devices the socket has, at most as many as cores unless they share
     */
    abstract List<SortedSet<Integer>> chosen(List<SortedSet<Integer>> cores, int position, int sharing);

    private boolean isShared() {
        return this == SOCKET || this == SINGLE;
    }

    /**
     * @return for each device the logical processors of its threads
     * @throws IllegalArgumentException if there are fewer cores than devices that want some of their own
     */
    public List<SortedSet<Integer>> processors(final CpuTopology topology, final int devices) {
        final int sockets = topology.sockets().size();
        final List<SortedSet<Integer>> processors = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            final int socket = socketOf(device, devices, sockets);
            final int first = (int) IntStream.range(0, devices).filter(other -> socketOf(other, devices, sockets) < socket).count();
            final int sharing = (int) IntStream.range(0, devices).filter(other -> socketOf(other, devices, sockets) == socket).count();
            final List<SortedSet<Integer>> cores = topology.sockets().get(socket);
            if (!isShared() && sharing > cores.size()) {
                throw new IllegalArgumentException("%d devices cannot have cores of their own on a socket with %d".formatted(sharing, cores.size()));
            }

            processors.add(chosen(cores, device - first, sharing).stream().flatMap(Collection::stream).collect(TreeSet::new, TreeSet::add, TreeSet::addAll));
        }

        return processors;
    }

    private static int socketOf(final int device, final int devices, final int sockets) {
        return (int) ((long) device * sockets / devices);
    }
}
