/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the samples of a batch are divided among devices: the first ones get one more where they do not divide evenly.
 *
 * @param counts samples of each device, at least one
 */
record BatchShares(int[] counts) {

    /** @throws IllegalArgumentException if a device would get nothing */
    static BatchShares of(final long samples, final int devices) {
        if (samples < devices) {
            throw new IllegalArgumentException("A batch of %d samples cannot be divided among %d devices".formatted(samples, devices));
        }

        final int count = Math.toIntExact(samples);
        return new BatchShares(IntStream.range(0, devices).map(device -> count / devices + (device < count % devices ? 1 : 0)).toArray());
    }

    /** @return a device's samples, on that device */
    NDArray part(final NDManager owner, final NDArray batch, final int device, final ComputeDevice target) {
        final int start = IntStream.range(0, device).map(before -> counts[before]).sum();
        final NDArray part = batch.get(new NDIndex("%d:%d".formatted(start, start + counts[device]))).toDevice(target.toDjl(), false);
        part.attach(owner);
        return part;
    }

    /** @return for each device the part of a mean over the batch that its samples make, a tensor without dimensions on the manager's device */
    NDList weights(final NDManager owner) {
        final double samples = IntStream.of(counts).sum();
        return new NDList(IntStream.of(counts).mapToObj(count -> owner.create((float) (count / samples))).toArray(NDArray[]::new));
    }

    /** As the shorter form, each on its own device. */
    NDList weights(final List<NDManager> owners) {
        final double samples = IntStream.of(counts).sum();
        return new NDList(IntStream.range(0, counts.length).mapToObj(device -> owners.get(device).create((float) (counts[device] / samples))).toArray(NDArray[]::new));
    }
}
