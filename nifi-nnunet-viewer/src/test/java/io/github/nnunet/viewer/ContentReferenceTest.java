/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.viewer;

import org.apache.nifi.web.ContentRequestContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ContentReferenceTest {
    private static final String QUEUE = "/flowfile-queues/0a1b2c3d-0190-1000-0000-000000000001/flowfiles/0a1b2c3d-0190-1000-0000-000000000002/content";
    private static final String SERVER = "https://nifi:8443";

    @Test
    void aFlowFileInAQueueIsUnderstood() {
        final ContentRequestContext request = ContentReference.parse("https://nifi:8443/nifi-api" + QUEUE).asRequest(SERVER, "client");

        assertEquals(SERVER + "/nifi-api" + QUEUE, request.getDataUri());
        assertEquals("client", request.getClientId());
        assertNull(request.getClusterNodeId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"input", "output"})
    void eitherSideOfAProvenanceEventIsUnderstood(final String side) {
        final ContentReference reference = ContentReference.parse("http://localhost:8080/nifi-api/provenance-events/17/content/" + side);

        assertEquals("/provenance-events/17/content/" + side, reference.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?clusterNodeId=0a1b2c3d-0190", "?clientId=abc&clusterNodeId=0a1b2c3d-0190"})
    void theNodeOfAClusterIsPassedOn(final String query) {
        final ContentRequestContext request = ContentReference.parse("http://nifi/nifi-api" + QUEUE + query).asRequest(SERVER, null);

        assertEquals("0a1b2c3d-0190", request.getClusterNodeId());
        assertEquals(SERVER + "/nifi-api" + QUEUE + "?clusterNodeId=0a1b2c3d-0190", request.getDataUri());
    }

    @Test
    void thePathOfAProxyIsLeftOut() {
        assertEquals(QUEUE, ContentReference.parse("https://proxy/some/where/nifi-api" + QUEUE).path());
    }

    @Test
    void neitherHostNorOtherParametersOfTheReferenceGetThrough() {
        final ContentRequestContext request = ContentReference.parse("http://elsewhere:1/nifi-api" + QUEUE + "?x=1#y").asRequest(SERVER, null);

        assertEquals(SERVER + "/nifi-api" + QUEUE, request.getDataUri());
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"file:///etc/passwd", "http://nifi/nifi-api/system-diagnostics", "http://nifi/nifi-api/flowfile-queues/x/flowfiles/y/content", "::",
            "http://nifi/nifi-api/provenance-events/17/content/both", "http://nifi/nifi-api/provenance-events/17/content/input/../../../flow/about", "mailto:a@b",
            "http://nifi/nifi-api/provenance-events/1/content/input?clusterNodeId=a%20b"})
    void whatNifiWouldNotGiveIsRefused(final String reference) {
        final IllegalArgumentException exception = assertThrows(IllegalArgumentException.class, () -> ContentReference.parse(reference));

        assertTrue(exception.getMessage().endsWith("."), exception.getMessage());
    }

    @Test
    void aReferenceWithoutEndIsRefused() {
        final String reference = "http://nifi/" + "a/".repeat(4096) + "nifi-api" + QUEUE;

        assertThrows(IllegalArgumentException.class, () -> ContentReference.parse(reference));
    }
}
