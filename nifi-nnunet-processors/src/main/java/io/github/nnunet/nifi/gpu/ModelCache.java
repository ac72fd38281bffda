/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.nifi.gpu;

import io.github.nnunet.dataset.Plan;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.ComputeDevice;
import io.github.nnunet.network.SegmentationNetwork;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps models loaded, one copy a device, shared by all who use them, known by the digest of their file. Models that
 * nobody uses stay up to a number; then the one that was not used for longest is unloaded.
 */
final class ModelCache {
    private final ModelLoader loader;
    private final FileDigests digests;
    private final int idleLimit;
    /** In the order of last use. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private boolean closed;

    ModelCache(final ModelLoader loader, final FileDigests digests, final int idleLimit) {
        this.loader = loader;
        this.digests = digests;
        this.idleLimit = idleLimit;
    }

    private record Key(ComputeDevice device, String digest) {
    }

    private static final class Entry {
        private int users;
        private ModelLoader.Model model;
    }

    /** @return the model of the file on the device, loaded by this call or before */
    LoadedModel acquire(final ComputeDevice device, final Path file) throws CaseException, IOException {
        final Key key = new Key(device, digests.digest(file));
        final Entry entry = enter(key);
        try {
            return new Handle(key, entry, loaded(entry, file, device));
        } catch (final CaseException | IOException | RuntimeException | Error e) {
            leave(key, entry);
            throw e;
        }
    }

    private synchronized Entry enter(final Key key) {
        if (closed) {
            throw new IllegalStateException("The GPU service was disabled");
        }

        final Entry present = entries.remove(key);
        final Entry entry = present == null ? new Entry() : present;
        entries.put(key, entry);
        entry.users++;
        return entry;
    }

    /** Who comes while the model is being loaded waits for it; other models are not held up. */
    private ModelLoader.Model loaded(final Entry entry, final Path file, final ComputeDevice device) throws CaseException, IOException {
        synchronized (entry) {
            if (entry.model == null) {
                entry.model = loader.load(file, device);
            }

            return entry.model;
        }
    }

    private void leave(final Key key, final Entry entry) {
        unload(left(key, entry));
    }

    /** @return what nobody needs any longer */
    private synchronized List<Entry> left(final Key key, final Entry entry) {
        entry.users--;
        if (entry.users == 0 && entry.model == null) {
            entries.remove(key);
        }

        return removeIdle(closed ? 0 : idleLimit);
    }

    private List<Entry> removeIdle(final int keep) {
        long idle = entries.values().stream().filter(entry -> entry.users == 0).count();
        final List<Entry> removed = new ArrayList<>();
        final Iterator<Entry> oldestFirst = entries.values().iterator();
        while (idle > keep && oldestFirst.hasNext()) {
            final Entry entry = oldestFirst.next();
            if (entry.users == 0) {
                oldestFirst.remove();
                removed.add(entry);
                idle--;
            }
        }

        return removed;
    }

    private static void unload(final List<Entry> removed) {
        for (final Entry entry : removed) {
            if (entry.model != null) {
                entry.model.network().close();
            }
        }
    }

    /** Unloads what nobody uses; the rest goes when it is given back. */
    void close() {
        unload(closing());
    }

    private synchronized List<Entry> closing() {
        closed = true;
        return removeIdle(0);
    }

    private final class Handle implements LoadedModel {
        private final Key key;
        private final Entry entry;
        private final ModelLoader.Model model;
        private boolean given;

        private Handle(final Key key, final Entry entry, final ModelLoader.Model model) {
            this.key = key;
            this.entry = entry;
            this.model = model;
        }

        @Override
        public SegmentationNetwork network() {
            return model.network();
        }

        @Override
        public Optional<Plan> plan() {
            return model.plan();
        }

        @Override
        public Optional<String> trainingJson() {
            return model.trainingJson();
        }

        @Override
        public String digest() {
            return key.digest();
        }

        @Override
        public synchronized void close() {
            if (!given) {
                given = true;
                leave(key, entry);
            }
        }
    }
}
