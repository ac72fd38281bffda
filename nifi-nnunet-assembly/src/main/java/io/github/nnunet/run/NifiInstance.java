/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.network.NativeEnvironment;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A NiFi in a process of its own, started from the assembly, with a working folder of its own. */
public final class NifiInstance implements AutoCloseable {
    private static final Duration STOP_TIME = Duration.ofSeconds(30);
    private static final int LOG_LINES = 20;

    private final Process process;
    private final Path work;
    private final int port;

    private NifiInstance(final Process process, final Path work, final int port) {
        this.process = process;
        this.work = work;
        this.port = port;
    }

    /**
     * Starts the process and returns at once. A working folder that has been used before keeps its flow and its queues.
     *
     * @throws IOException if the working folder cannot be written or the JVM not started
     */
    public static NifiInstance start(final NifiSettings settings) throws IOException {
        final Path work = settings.work().toAbsolutePath().normalize();
        final int port = settings.port() == 0 ? freePort() : settings.port();
        prepare(settings, work, port);
        final ProcessBuilder builder = new ProcessBuilder(command(settings, work)).directory(work.toFile());
        builder.environment().putAll(NativeEnvironment.VARIABLES);
        builder.redirectErrorStream(true).redirectOutput(work.resolve("logs/nifi-console.log").toFile());
        return new NifiInstance(builder.start(), work, port);
    }

    /** @return a port of this machine that nobody listens to now */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void prepare(final NifiSettings settings, final Path work, final int port) throws IOException {
        final Path assembly = settings.assembly().toAbsolutePath().normalize();
        Files.createDirectories(work.resolve("conf"));
        Files.createDirectories(work.resolve("logs"));
        try (Stream<Path> files = Files.list(assembly.resolve("conf"))) {
            for (final Path file : files.toList()) {
                Files.copy(file, work.resolve("conf").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }

        final Map<String, String> changes = new LinkedHashMap<>();
        changes.put("nifi.nar.library.directory", assembly.resolve("lib").toString());
        changes.put("nifi.web.http.port", Integer.toString(port));
        if (settings.cluster().isPresent()) {
            changes.putAll(settings.cluster().get().properties());
            prepareZooKeeper(work.resolve("conf"), settings.cluster().get());
        }

        change(work.resolve("conf/nifi.properties"), changes);
    }

    /** The state provider does not take its address from nifi.properties. */
    private static void prepareZooKeeper(final Path conf, final ClusterNode node) throws IOException {
        Files.write(conf.resolve("zookeeper.properties"), node.zookeeperSettings());
        final Path state = conf.resolve("state-management.xml");
        Files.writeString(state, Files.readString(state).replace("<property name=\"Connect String\"></property>",
                "<property name=\"Connect String\">%s</property>".formatted(node.zookeeper())));
    }

    private static void change(final Path properties, final Map<String, String> changes) throws IOException {
        final List<String> lines = new ArrayList<>();
        for (final String line : Files.readAllLines(properties)) {
            if (!changes.containsKey(line.split("=", 2)[0])) {
                lines.add(line);
            }
        }

        changes.forEach((name, value) -> lines.add(name + "=" + value));
        Files.write(properties, lines);
    }

    private static List<String> command(final NifiSettings settings, final Path work) throws IOException {
        final Path library = settings.assembly().toAbsolutePath().normalize().resolve("lib");
        final List<String> command = new ArrayList<>(settings.cluster().map(ClusterNode::launcher).orElse(List.of()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + settings.heap());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.awt.headless=true");
        command.addAll(settings.options());
        command.add("-Dnifi.properties.file.path=" + work.resolve("conf/nifi.properties"));
        // A second NiFi on the same machine needs another one than the default.
        command.add("-Dorg.apache.nifi.management.server.address=127.0.0.1:" + freePort());
        command.add("-cp");
        command.add(work.resolve("conf") + File.pathSeparator + library + File.separator + "*");
        command.add("org.apache.nifi.NiFi");
        return command;
    }

    /** @return where the user interface is */
    public URI userInterface() {
        return URI.create("http://127.0.0.1:%d/nifi/".formatted(port));
    }

    /** @return a client of its REST API */
    public NifiClient client() {
        return new NifiClient(URI.create("http://127.0.0.1:%d/nifi-api/".formatted(port)));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** @return the log of NiFi and of the processors */
    public Path log() {
        return work.resolve("logs/nifi-app.log");
    }

    /** @throws RunException if NiFi ends, or does not answer in time */
    public void awaitReady(final Duration time) throws RunException, InterruptedException {
        final NifiClient client = client();
        final boolean ready = Polling.until(() -> client.isReady() || !process.isAlive(), time, Duration.ofMillis(500));
        if (!process.isAlive()) {
            throw new RunException("NiFi did not start. The end of %s:%n%s".formatted(log(), lastLines()));
        }

        if (!ready) {
            throw new RunException("NiFi did not answer within %d s. Its log is %s".formatted(time.toSeconds(), log()));
        }
    }

    /** @return the end of the log, or of what the JVM printed if there is no log */
    public String lastLines() {
        final Path file = Files.exists(log()) ? log() : work.resolve("logs/nifi-console.log");
        try {
            final List<String> lines = Files.readAllLines(file);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (final IOException e) {
            return "(%s cannot be read: %s)".formatted(file, e.getMessage());
        }
    }

    /** Ends it as a crash would: no goodbye, nothing flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS);
    }

    /** Asks it to stop, and makes it if it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIME.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes what NiFi unpacked, some 350 MB that it can unpack again; flow, queues and logs stay. NiFi must have ended. */
    public void deleteUnpacked() throws IOException {
        final Path unpacked = work.resolve("work");
        if (Files.exists(unpacked)) {
            FolderTree.delete(unpacked);
        }
    }
}
