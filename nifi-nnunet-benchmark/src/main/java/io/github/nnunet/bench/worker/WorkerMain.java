/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nnunet.fault.CaseException;
import io.github.nnunet.network.TorchEngine;
import io.github.nnunet.network.TorchSettings;
import io.github.nnunet.network.TorchUnavailableException;
import io.github.nnunet.volume.SliceTeam;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * This software's side of a row, in a process of its own: reads requests from standard input and answers on standard output, a JSON
 * object a line, as peer.py does.
 */
public final class WorkerMain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double NANOS_PER_MILLI = 1e6;

    private final int threads;
    private final boolean isPlain;
    private final SliceTeam team;
    private Optional<TorchEngine> engine = Optional.empty();
    private Optional<BenchTask> task = Optional.empty();

    private WorkerMain(final int threads, final boolean isPlain) {
        this.threads = threads;
        this.isPlain = isPlain;
        this.team = threads > 1 ? new SliceTeam(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()), threads) : SliceTeam.SINGLE;
    }

    /** @param arguments threads, and the word plain if networks are to be plain */
    public static void main(final String[] arguments) throws IOException {
        final WorkerMain worker = new WorkerMain(Integer.parseInt(arguments[0]), arguments.length > 1 && arguments[1].equals("plain"));
        final BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
            System.setOut(System.err);
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                answers.println(worker.answer(JSON.readTree(line)));
            }
        } finally {
            worker.end();
        }
    }

    private String answer(final JsonNode request) throws IOException {
        final ObjectNode answer = JSON.createObjectNode();
        try {
            switch (request.path("op").asText()) {
                case "info" -> answer.put("java", Runtime.version().toString()).put("libtorch", torch(threads).version());
                case "prepare" -> prepare(request, answer);
                case "run" -> answer.put("ms", run(request.path("times").asInt()));
                case "result" -> writeResult(Path.of(request.path("file").asText()));
                case "memory" -> answer.put("peak_kb", peakKilobytes(task.map(BenchTask::process).orElse(ProcessHandle.current().pid())));
                case "end" -> end();
                default -> answer.put("error", "There is no request %s".formatted(request.path("op")));
            }
        } catch (final CaseException | IOException | RuntimeException | TorchUnavailableException | OutOfMemoryError failure) {
            failure.printStackTrace();
            answer.put("error", failure.toString());
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            answer.put("error", "interrupted");
        }

        return JSON.writeValueAsString(answer);
    }

    /** @param threads of an operator */
    private TorchEngine torch(final int threads) throws TorchUnavailableException {
        if (engine.isEmpty()) {
            engine = Optional.of(TorchEngine.start(new TorchSettings(threads, Optional.empty())));
        }

        return engine.get();
    }

    private void prepare(final JsonNode request, final ObjectNode answer) throws CaseException, IOException, InterruptedException, TorchUnavailableException {
        end();
        final Path folder = Path.of(request.path("folder").asText());
        final Spec spec = new Spec(request.path("spec"));
        task = Optional.of(openAll(request.path("task").asText(), folder, spec, answer));
    }

    private BenchTask openAll(final String name, final Path folder, final Spec spec, final ObjectNode answer)
            throws CaseException, IOException, InterruptedException, TorchUnavailableException {
        if (!spec.json().has("tasks")) {
            return open(name, folder, spec, answer);
        }

        final List<BenchTask> tasks = new ArrayList<>();
        for (int i = 0; i < spec.integer("tasks"); i++) {
            tasks.add(open(name, Files.createDirectories(folder.resolve("task-%d".formatted(i))), spec, answer));
        }

        return new ConcurrentTask(tasks, spec.isTrue("oneByOne"));
    }

    private BenchTask open(final String name, final Path folder, final Spec spec, final ObjectNode answer)
            throws CaseException, IOException, InterruptedException, TorchUnavailableException {
        return switch (name) {
            case "read" -> CaseTasks.read(folder, spec);
            case "write" -> CaseTasks.write(folder, spec);
            case "crop" -> CaseTasks.crop(folder, spec);
            case "resample" -> CaseTasks.resample(folder, spec, team(spec));
            case "normalize" -> CaseTasks.normalize(folder, spec);
            case "prepare" -> CaseTasks.prepare(folder, spec, team(spec));
            case "augment" -> AugmentTask.of(folder, spec);
            case "restore" -> RestoreTask.of(folder, spec, team);
            case "score" -> ScoreTask.of(folder, spec);
            case "evaluate" -> EvaluateTask.of(folder, spec);
            case "flow" -> spec.isTrue("withoutNifi") ? DirectFlowTask.of(torch(threads), folder, spec) : NifiFlowTask.of(folder, spec, threads);
            case "forward", "window", "train" -> openNetwork(name, folder, spec, answer);
            default -> throw new IllegalArgumentException("There is no task %s".formatted(name));
        };
    }

    /** Tasks at once have a thread each. */
    private SliceTeam team(final Spec spec) {
        return spec.json().has("tasks") ? SliceTeam.SINGLE : team;
    }

    private BenchTask openNetwork(final String name, final Path folder, final Spec spec, final ObjectNode answer)
            throws IOException, InterruptedException, TorchUnavailableException {
        final NetworkInputs inputs = NetworkInputs.of(spec);
        answer.set("spec", inputs.describe());
        final TorchEngine torch = torch(spec.json().path("threads").asInt(threads));
        return switch (name) {
            case "forward" -> ForwardTask.of(torch, folder, inputs, isPlain);
            case "window" -> WindowTask.of(torch, folder, spec, inputs, isPlain);
            default -> TrainTask.of(torch, folder, inputs);
        };
    }

    private double run(final int times) throws CaseException, IOException, InterruptedException {
        final BenchTask current = task.orElseThrow();
        final long begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            current.run();
        }

        return (System.nanoTime() - begin) / NANOS_PER_MILLI / times;
    }

    private void writeResult(final Path file) throws CaseException, IOException {
        final List<ResultArray> arrays = task.orElseThrow().result();
        for (int i = 0; i < arrays.size(); i++) {
            arrays.get(i).write(Path.of("%s-%d.npy".formatted(file, i)));
        }
    }

    /** @return the most main memory that a process had, as Linux counts it; 0 elsewhere */
    private static long peakKilobytes(final long process) throws IOException {
        final Path status = Path.of("/proc/%d/status".formatted(process));
        if (!Files.exists(status)) {
            return 0;
        }

        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    private void end() {
        task.ifPresent(BenchTask::close);
        task = Optional.empty();
    }
}
