/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.nnunet.dataset.AtomicFile;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.fault.FaultCategory;
import io.github.nnunet.network.LossScale;
import io.github.nnunet.network.NetworkTopology;
import io.github.nnunet.network.NetworkWeights;
import io.github.nnunet.network.OptimizerState;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Everything that a training needs to go on after an epoch. There is no random state: random numbers follow from the
 * seed, the epoch and the step.
 * <p>
 * As a file: the eight letters NNUNETCK, a header in JSON (UTF-8, after its length as a big-endian int), then the values
 * of all weights, of their average if there is one, and of the optimiser's tensors, as little-endian floats in the
 * header's order. After the header and at the end there is the CRC-32 of all bytes before it as a big-endian long.
 *
 * @param topology  of the network
 * @param job       what is trained
 * @param state     how far it has come
 * @param weights   of the network
 * @param average   of the weights, where one is kept
 * @param optimizer what the optimiser remembers
 */
record Checkpoint(NetworkTopology topology, TrainingJob job, TrainingState state, NetworkWeights weights, Optional<NetworkWeights> average, OptimizerState optimizer) {
    private static final byte[] MAGIC = "NNUNETCK".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST_HEADER = 1 << 28;
    private static final int CHUNK = 1 << 16;

    /**
     * The JSON part.
     *
     * @param lossScale missing in files that were written before there was one
     */
    private record Header(String topology, String job, TrainingState state, List<Tensor> weights, boolean hasAverage, long optimizerSteps, List<Integer> optimizer,
                          LossScale lossScale) {
    }

    private record Tensor(String name, long[] shape, boolean isParameter) {
    }

    /** Writes the file in one step: it is the old one or the new one, whatever happens. */
    void write(final Path target) throws IOException {
        AtomicFile.write(target, this::writeTo);
    }

    private void writeTo(final OutputStream raw) throws IOException {
        final CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
        final DataOutputStream out = new DataOutputStream(checked);
        final byte[] header = TrainingJson.write(header()).getBytes(StandardCharsets.UTF_8);
        out.write(MAGIC);
        out.writeInt(header.length);
        out.write(header);
        out.writeLong(checked.getChecksum().getValue());
        writeWeights(out, weights);
        if (average.isPresent()) {
            writeWeights(out, average.get());
        }

        for (final float[] values : optimizer.tensors()) {
            writeFloats(out, values);
        }

        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    private Header header() {
        final List<Tensor> tensors = weights.entries().stream().map(entry -> new Tensor(entry.name(), entry.shape(), entry.isParameter())).toList();
        final List<Integer> lengths = optimizer.tensors().stream().map(values -> values.length).toList();
        return new Header(topology.toJson(), job.toJson(), state, tensors, average.isPresent(), optimizer.steps(), lengths, optimizer.lossScale());
    }

    private static void writeWeights(final OutputStream out, final NetworkWeights weights) throws IOException {
        for (final NetworkWeights.Entry entry : weights.entries()) {
            writeFloats(out, entry.values());
        }
    }

    private static void writeFloats(final OutputStream out, final float[] values) throws IOException {
        final ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK, Math.max(1, values.length)) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += CHUNK) {
            final int count = Math.min(CHUNK, values.length - start);
            chunk.asFloatBuffer().put(values, start, count);
            out.write(chunk.array(), 0, count * Float.BYTES);
        }
    }

    /** @return whether the file begins as a checkpoint does */
    static boolean isCheckpoint(final Path source) throws IOException {
        try (InputStream in = Files.newInputStream(source)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /**
     * @throws CaseException if the file is not a checkpoint, or is damaged
     * @throws IOException   if it cannot be read at all
     */
    static Checkpoint read(final Path source) throws IOException, CaseException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(source), CHUNK)) {
            return readFrom(raw);
        } catch (final EOFException | JsonProcessingException | IllegalArgumentException damaged) {
            throw damaged(source, damaged);
        }
    }

    private static CaseException damaged(final Path source, final Exception cause) {
        return new CaseException(FaultCategory.UNREADABLE,
                "%s is not a complete training checkpoint (%s): remove it to train from the beginning, or choose another run folder".formatted(source, cause.getMessage()), cause);
    }

    private static Checkpoint readFrom(final InputStream raw) throws IOException {
        final CheckedInputStream checked = new CheckedInputStream(raw, new CRC32());
        final DataInputStream in = new DataInputStream(checked);
        final Header header = readHeader(in, checked);
        final NetworkWeights weights = readWeights(in, header.weights());
        final Optional<NetworkWeights> average = header.hasAverage() ? Optional.of(readWeights(in, header.weights())) : Optional.empty();
        final List<float[]> optimizer = new ArrayList<>();
        for (final int length : header.optimizer()) {
            optimizer.add(readFloats(in, length));
        }

        requireChecksum(in, checked);
        return new Checkpoint(NetworkTopology.fromJson(header.topology()), TrainingJob.fromJson(header.job()), header.state(), weights, average,
                new OptimizerState(header.optimizerSteps(), optimizer, Objects.requireNonNullElseGet(header.lossScale(), LossScale::initial)));
    }

    private static Header readHeader(final DataInputStream in, final CheckedInputStream checked) throws IOException {
        final byte[] magic = in.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IllegalArgumentException("it does not begin as one");
        }

        final int length = in.readInt();
        if (length < 0 || length > LARGEST_HEADER) {
            throw new IllegalArgumentException("its header cannot have %d bytes".formatted(length));
        }

        final byte[] header = readBytes(in, length);
        requireChecksum(in, checked);
        return TrainingJson.read(new String(header, StandardCharsets.UTF_8), Header.class);
    }

    private static void requireChecksum(final DataInputStream in, final CheckedInputStream checked) throws IOException {
        final long expected = checked.getChecksum().getValue();
        if (in.readLong() != expected) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
    }

    private static byte[] readBytes(final InputStream in, final int length) throws IOException {
        final byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("it ends too early");
        }

        return bytes;
    }

    private static NetworkWeights readWeights(final InputStream in, final List<Tensor> tensors) throws IOException {
        final List<NetworkWeights.Entry> entries = new ArrayList<>();
        for (final Tensor tensor : tensors) {
            long count = 1;
            for (final long size : tensor.shape()) {
                count = Math.multiplyExact(count, size);
            }

            entries.add(new NetworkWeights.Entry(tensor.name(), tensor.shape(), readFloats(in, Math.toIntExact(count)), tensor.isParameter()));
        }

        return new NetworkWeights(entries);
    }

    private static float[] readFloats(final InputStream in, final int length) throws IOException {
        final float[] values = new float[length];
        for (int start = 0; start < length; start += CHUNK) {
            final int count = Math.min(CHUNK, length - start);
            ByteBuffer.wrap(readBytes(in, count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, start, count);
        }

        return values;
    }
}
