/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One side of a row, in a process of its own. */
final class BenchWorker implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS_TO_END = 10;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter requests;
    private final Path log;

    private BenchWorker(final Process process, final Path log) {
        this.process = process;
        this.log = log;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** @param log what the process prints beside its answers */
    static BenchWorker start(final ProcessBuilder command, final Path log) throws IOException {
        return new BenchWorker(command.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start(), log);
    }

    /** @return what the worker makes of the inputs, for the other side to know */
    JsonNode prepare(final String task, final Path folder, final JsonNode spec) throws IOException {
        final ObjectNode request = request("prepare").put("task", task).put("folder", folder.toString());
        request.set("spec", spec);
        return call(request);
    }

    private static ObjectNode request(final String operation) {
        return JSON.createObjectNode().put("op", operation);
    }

    private JsonNode call(final ObjectNode request) throws IOException {
        requests.write(JSON.writeValueAsString(request));
        requests.newLine();
        requests.flush();
        final String line = answers.readLine();
        if (line == null) {
            throw new IOException("A worker ended before it answered; see %s".formatted(log));
        }

        final JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
            throw new IOException(answer.path("error").asText());
        }

        return answer;
    }

    /** @return milliseconds for the work once */
    double run(final int times) throws IOException {
        return call(request("run").put("times", times)).path("ms").asDouble();
    }

    /** Writes what the last run came to, as FILE-0.npy and so on. */
    void writeResult(final Path file) throws IOException {
        call(request("result").put("file", file.toString()));
    }

    /** @return the most main memory that the process had, MB */
    double peakMegabytes() throws IOException {
        return call(request("memory")).path("peak_kb").asDouble() / 1024;
    }

    JsonNode versions() throws IOException {
        return call(request("info"));
    }

    @Override
    public void close() {
        try {
            requests.close();
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final IOException e) {
            process.destroyForcibly();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
