/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import io.github.nnunet.dataset.PhantomDataset;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code ./nnunet run}: trains on a dataset in a NiFi of its own and scores the result. */
public final class RunCommand {
    static final String GROUP = "Train and evaluate";
    private static final int PHANTOM_CASES = 20;
    private static final long PHANTOM_SEED = 1;
    private static final Duration START_TIME = Duration.ofMinutes(3);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Installation installation;
    private final PrintStream out;
    private final boolean terminal;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** @param terminal whether the output is a terminal, where lines can be rewritten */
    public RunCommand(final Installation installation, final PrintStream out, final boolean terminal) {
        this.installation = installation;
        this.out = out;
        this.terminal = terminal;
    }

    /** The system properties nnunet.home and nnunet.terminal name the top folder of the project, and say whether the output is a terminal. */
    public static void main(final String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(final List<String> arguments) {
        final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        final boolean terminal = Boolean.getBoolean("nnunet.terminal");
        try {
            final RunOptions options = RunOptions.parse(arguments);
            if (options.help()) {
                out.print(RunOptions.usage());
                return 0;
            }

            final Path home = Path.of(System.getProperty("nnunet.home", ".")).toAbsolutePath().normalize();
            new RunCommand(Installation.under(home), out, terminal).run(options);
            return 0;
        } catch (final UsageException e) {
            out.println(e.getMessage() + ". See ./nnunet run --help");
            return 2;
        } catch (final RunException | IOException e) {
            out.println();
            out.println("FAILED: " + e.getMessage());
            return 1;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** @throws RunException if the scores are not reached */
    public void run(final RunOptions options) throws RunException, IOException, InterruptedException {
        final ResultsFolder results = results(options);
        final Path dataset = dataset(options, results);
        final Map<String, String> parameters = FlowParameters.of(options, dataset, results.path());
        final int folds = Integer.parseInt(parameters.getOrDefault("Folds", "5"));
        final List<Integer> chosen = ChosenFolds.parse(parameters.getOrDefault("Fold", "0"), folds);
        final DatasetSize size = DatasetSize.of(dataset, folds, chosen);
        out.printf("Dataset    %s: %s, %d cases, %d of them for validation%n", dataset, size.name(), size.labelled(), size.validation());
        out.printf("Results    %s%n", results.path());
        chosen.forEach(fold -> out.printf("Report     %s (curves of loss and Dice, after each epoch)%n", results.report(fold)));

        final NifiInstance nifi = NifiInstance.start(new NifiSettings(installation.nifi(), results.nifi(), options.port(), options.heap(), List.of()));
        final Thread hook = new Thread(() -> interrupt(nifi, results), "stop NiFi");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean done = false;
        try {
            follow(nifi, parameters, results, size);
            done = true;
        } catch (final RunException e) {
            if (stopping.get()) {
                throw new InterruptedException("Ctrl-C");
            }

            throw e;
        } finally {
            if (done && options.keep()) {
                Runtime.getRuntime().removeShutdownHook(hook);
                out.printf("%nNiFi is still running: %s (stop it with: kill %d)%n", nifi.userInterface(), nifi.pid());
            } else {
                nifi.close();
                nifi.deleteUnpacked();
            }
        }
    }

    /** What Ctrl-C does. */
    private void interrupt(final NifiInstance nifi, final ResultsFolder results) {
        if (nifi.isAlive()) {
            stopping.set(true);
            out.printf("%nStopping NiFi. To go on later: the same command with --resume --results %s%n", results.path());
            nifi.close();
        }
    }

    private void follow(final NifiInstance nifi, final Map<String, String> parameters, final ResultsFolder results, final DatasetSize size)
            throws RunException, IOException, InterruptedException {
        out.printf("NiFi       %s (starting; its log is %s)%n", nifi.userInterface(), nifi.log());
        nifi.awaitReady(START_TIME);
        final ProcessGroup group = deploy(nifi.client(), parameters);
        final ProgressDisplay display = new ProgressDisplay(out, terminal, size);
        try {
            new Follower(nifi, group, results, display).follow();
        } finally {
            display.finish();
        }

        out.printf("%nDice of each validation case and class:%n%n%s%n", Files.readString(results.scoreTable()));
        out.printf(Locale.ROOT, "Mean Dice      %.4f%n", results.meanDice());
        out.printf("Model          %s%n", results.models());
        for (final Path report : results.reports()) {
            out.printf("Training       %s (and .png)%n", report);
        }

        out.printf("Segmentations  %s%n", results.segmentations());
        out.printf("Scores         %s (and .csv, .txt)%n", results.scores());
        out.printf("Log            %s%n", nifi.log());
        final int failures = results.failures().size();
        if (failures > 0) {
            out.printf("%d flowfiles failed: see above, and %s%n", failures, results.path().resolve("failed"));
        }
    }

    private ProcessGroup deploy(final NifiClient client, final Map<String, String> parameters) throws RunException, InterruptedException {
        final Optional<ProcessGroup> present = ProcessGroup.find(client, GROUP);
        final ProcessGroup group;
        if (present.isPresent()) {
            group = present.get();
        } else {
            group = ProcessGroup.upload(client, GROUP, installation.trainAndEvaluate());
            group.setParameters(parameters);
        }

        group.enableServices();
        final List<String> errors = group.validationErrors();
        if (!errors.isEmpty()) {
            throw new RunException("The flow cannot be started:%n%s".formatted(String.join(System.lineSeparator(), errors)));
        }

        group.start();
        return group;
    }

    private static ResultsFolder results(final RunOptions options) throws RunException, IOException {
        final String name = options.data().map(data -> data.toAbsolutePath().normalize().getFileName().toString()).orElse(PhantomDataset.FOLDER_NAME);
        final Path path = options.results().orElseGet(() -> Path.of("results", name + "-" + STAMP.format(LocalDateTime.now())));
        final ResultsFolder results = new ResultsFolder(path.toAbsolutePath().normalize());
        if (options.resume() && !results.isUsed()) {
            throw new RunException("There is nothing to resume in %s: name the folder of an earlier run with --results".formatted(results.path()));
        }

        if (results.isUsed() && !options.resume()) {
            throw new RunException("The folder %s is in use: add --resume to go on with that run, or name another one".formatted(results.path()));
        }

        Files.createDirectories(results.path());
        return results;
    }

    private Path dataset(final RunOptions options, final ResultsFolder results) throws IOException {
        if (options.data().isPresent()) {
            return options.data().get().toAbsolutePath().normalize();
        }

        final Path phantom = results.path().resolve(PhantomDataset.FOLDER_NAME);
        if (!Files.exists(phantom.resolve("dataset.json"))) {
            out.printf("No --data: making a phantom dataset of %d cases%n", PHANTOM_CASES);
            PhantomDataset.write(phantom, PHANTOM_CASES, PHANTOM_SEED);
        }

        return phantom;
    }
}
