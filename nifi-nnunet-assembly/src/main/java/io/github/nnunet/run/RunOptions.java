/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What was asked for on the command line of {@code ./nnunet run}.
 *
 * @param data       the dataset, or none for the phantom
 * @param results    the folder for all that is made, or none for a new one under results/
 * @param port       of NiFi, 0 for any that is free
 * @param heap       of NiFi's JVM, as -Xmx takes it
 * @param keep       whether NiFi stays when the run is over
 * @param resume     whether a results folder that has been used is gone on with
 * @param help       whether only the help is wanted
 * @param parameters values for parameters of the flow, by name
 */
public record RunOptions(Optional<Path> data, Optional<Path> results, int port, String heap, boolean keep, boolean resume, boolean help,
                         Map<String, String> parameters) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern FOLDS = Pattern.compile("all|[0-9]{1,4}(,[0-9]{1,4})*");
    private static final Pattern FILTERS = Pattern.compile("[0-9]{1,5}( *, *[0-9]{1,5})*");
    private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda:[0-9]+");
    private static final Pattern HEAP = Pattern.compile("[0-9]{1,6}[kKmMgG]");
    private static final Pattern SETTING = Pattern.compile("[^=]+=.+");

    public RunOptions {
        parameters = Map.copyOf(parameters);
    }

    /** @return the help that {@code --help} prints; the launcher prints the same file where nothing is built yet */
    public static String usage() {
        try (InputStream text = RunOptions.class.getResourceAsStream("usage.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws UsageException if an option is unknown, lacks its value or has one it cannot have */
    public static RunOptions parse(final List<String> arguments) throws UsageException {
        final Deque<String> words = new ArrayDeque<>(arguments);
        final Map<String, String> values = new LinkedHashMap<>();
        final Map<String, String> parameters = new LinkedHashMap<>();
        while (!words.isEmpty()) {
            final String word = words.removeFirst();
            final int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            final String option = equals < 0 ? word : word.substring(0, equals);
            if (equals >= 0) {
                words.addFirst(word.substring(equals + 1));
            }

            switch (option) {
                case "--help", "-h", "--keep", "--resume" -> values.put(option.equals("-h") ? "--help" : option, "");
                case "--data", "--results" -> values.put(option, value(option, words));
                case "--port" -> values.put(option, matching(option, words, NUMBER, "a number"));
                case "--heap" -> values.put(option, matching(option, words, HEAP, "a size such as 4g"));
                case "--fold" -> parameters.put("Fold", matching(option, words, FOLDS, "numbers separated by commas, or all"));
                case "--epochs" -> parameters.put("Epochs", matching(option, words, NUMBER, "a number"));
                case "--minutes" -> parameters.put("Time Budget", matching(option, words, NUMBER, "a whole number") + " min");
                case "--filters" -> parameters.put("Filters", matching(option, words, FILTERS, "numbers separated by commas"));
                case "--device" -> parameters.put("Device", matching(option, words, DEVICE, "auto, cpu or cuda:N"));
                case "--set" -> putSetting(parameters, matching(option, words, SETTING, "NAME=VALUE"));
                default -> throw new UsageException("There is no option %s".formatted(option));
            }
        }

        final int port = Integer.parseInt(values.getOrDefault("--port", "0"));
        if (port > 65_535) {
            throw new UsageException("--port takes a number up to 65535, not %d".formatted(port));
        }

        return new RunOptions(Optional.ofNullable(values.get("--data")).map(Path::of), Optional.ofNullable(values.get("--results")).map(Path::of), port,
                values.getOrDefault("--heap", "2g"), values.containsKey("--keep"), values.containsKey("--resume"), values.containsKey("--help"), parameters);
    }

    private static String matching(final String option, final Deque<String> words, final Pattern pattern, final String what) throws UsageException {
        final String value = value(option, words);
        if (!pattern.matcher(value).matches()) {
            throw new UsageException("%s takes %s, not \"%s\"".formatted(option, what, value));
        }

        return value;
    }

    private static String value(final String option, final Deque<String> words) throws UsageException {
        if (words.isEmpty() || words.getFirst().startsWith("--")) {
            throw new UsageException("%s needs a value".formatted(option));
        }

        return words.removeFirst();
    }

    private static void putSetting(final Map<String, String> parameters, final String setting) {
        final int equals = setting.indexOf('=');
        parameters.put(setting.substring(0, equals).strip(), setting.substring(equals + 1).strip());
    }
}
