/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * The NiFi that system tests share, because a start takes as long as many a test: the first test that asks for it starts it, and
 * it stops after the last test of all. A test gets it as a parameter, with {@code @ExtendWith(SharedNifi.Provider.class)}.
 */
final class SharedNifi implements ExtensionContext.Store.CloseableResource {
    private static final Duration START_TIME = Duration.ofMinutes(5);

    private final Installation installation;
    private final Path folder;
    private final NifiInstance nifi;
    private CrossValidationRun crossValidation;

    private SharedNifi(final Installation installation, final Path folder, final NifiInstance nifi) {
        this.installation = installation;
        this.folder = folder;
        this.nifi = nifi;
    }

    /** Gives tests the one NiFi. */
    static final class Provider implements ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedNifi.class);

        @Override
        public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
            return parameter.getParameter().getType() == SharedNifi.class;
        }

        @Override
        public SharedNifi resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
            return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(SharedNifi.class, type -> start(), SharedNifi.class);
        }

        private static SharedNifi start() {
            try {
                // Not a temporary folder of JUnit's: NiFi's logs are wanted when a test has failed.
                final Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/system-test")).toAbsolutePath(), "shared-");
                final Installation installation = Installation.under(Path.of(System.getProperty("nnunet.home")));
                final NifiInstance nifi = NifiInstance.start(new NifiSettings(installation.nifi(), folder.resolve("nifi"), 0, "1g", List.of()));
                nifi.awaitReady(START_TIME);
                return new SharedNifi(installation, folder, nifi);
            } catch (final RunException | IOException e) {
                throw new ParameterResolutionException("There is no NiFi to test in: " + e.getMessage(), e);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ParameterResolutionException("Interrupted while NiFi was started", e);
            }
        }
    }

    NifiInstance nifi() {
        return nifi;
    }

    /** @return a new folder for what a test reads and writes */
    Path newFolder(final String name) throws IOException {
        return Files.createTempDirectory(folder, name + "-");
    }

    /**
     * Puts a template on the canvas with values for its parameters, enables its services and holds it to be valid.
     *
     * @param template name of the file in the folder templates, without .json
     */
    TemplateFlow deploy(final String template, final Map<String, String> parameters) throws RunException, InterruptedException {
        final TemplateFlow flow = TemplateFlow.upload(nifi, template, installation.templates().resolve(template + ".json"));
        assertEquals(List.of(), flow.unknownTypes());
        flow.group().setParameters(parameters);
        flow.group().enableServices();
        assertEquals(List.of(), flow.group().validationErrors());
        return flow;
    }

    /** @return the one cross-validation, run for the first test that asks for it */
    synchronized CrossValidationRun crossValidation() throws Exception {
        if (crossValidation == null) {
            crossValidation = CrossValidationRun.in(this);
        }

        return crossValidation;
    }

    @Override
    public void close() throws IOException {
        nifi.close();
        nifi.deleteUnpacked();
    }
}
