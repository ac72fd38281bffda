/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** NiFi's REST API, as much of it as a run needs. Not for several threads. */
public final class NifiClient {
    private static final Duration TIME_OUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final URI api;

    /** @param api ends with a slash */
    public NifiClient(final URI api) {
        this.api = api;
    }

    /** @return whether the REST API answers */
    public boolean isReady() {
        try {
            get("flow/about");
            return true;
        } catch (final RunException e) {
            return false;
        }
    }

    /** @return the counters of all processors, those of one name added up */
    public Map<String, Long> counters() throws RunException {
        final Map<String, Long> counters = new HashMap<>();
        for (final JsonNode counter : get("counters").path("counters").path("aggregateSnapshot").path("counters")) {
            // Each counter is there twice: for the processor, and for all processors of its type.
            if (counter.path("context").asText().startsWith("All ")) {
                counters.merge(counter.path("name").asText(), counter.path("valueCount").asLong(), Long::sum);
            }
        }

        return Map.copyOf(counters);
    }

    public JsonNode get(final String path) throws RunException {
        return send("GET", path, BodyPublishers.noBody(), "application/json");
    }

    public JsonNode post(final String path, final JsonNode body) throws RunException {
        return send("POST", path, BodyPublishers.ofString(body.toString()), "application/json");
    }

    public JsonNode put(final String path, final JsonNode body) throws RunException {
        return send("PUT", path, BodyPublishers.ofString(body.toString()), "application/json");
    }

    public JsonNode delete(final String path) throws RunException {
        return send("DELETE", path, BodyPublishers.noBody(), "application/json");
    }

    /**
     * Uploads a flow definition as a new process group.
     *
     * @param parent the group to put it in, such as root
     * @return the process group as NiFi describes it
     */
    public JsonNode upload(final String parent, final String name, final Path definition) throws RunException {
        final String boundary = UUID.randomUUID().toString();
        final Map<String, String> fields = Map.of("groupName", name, "positionX", "0", "positionY", "0", "clientId", UUID.randomUUID().toString());
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            for (final Map.Entry<String, String> field : fields.entrySet()) {
                append(body, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(boundary, field.getKey(), field.getValue()));
            }

            append(body, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: application/json\r\n\r\n"
                    .formatted(boundary, definition.getFileName()));
            body.write(Files.readAllBytes(definition));
            append(body, "\r\n--%s--\r\n".formatted(boundary));
        } catch (final IOException e) {
            throw new RunException("The flow definition %s cannot be read: %s".formatted(definition, e.getMessage()), e);
        }

        return send("POST", "process-groups/%s/process-groups/upload".formatted(parent), BodyPublishers.ofByteArray(body.toByteArray()),
                "multipart/form-data; boundary=" + boundary);
    }

    private static void append(final ByteArrayOutputStream body, final String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode send(final String method, final String path, final BodyPublisher body, final String contentType) throws RunException {
        final HttpRequest request = HttpRequest.newBuilder(api.resolve(path)).timeout(TIME_OUT).header("Content-Type", contentType).method(method, body).build();
        try {
            final HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new RunException("NiFi answered %s %s with %d: %s".formatted(method, path, response.statusCode(), response.body()));
            }

            return mapper.readTree(response.body());
        } catch (final IOException e) {
            throw new RunException("NiFi does not answer %s %s: %s".formatted(method, path, e), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunException("Interrupted while NiFi was asked for " + path, e);
        }
    }
}
