/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.viewer;

import org.apache.nifi.web.ContentRequestContext;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which content is asked for: that of a flowfile in a queue, or of one side of a provenance event. Only what NiFi knows
 * as such a reference gets through; host and all else that a caller writes around it is left out.
 *
 * @param path          below NiFi's REST API, such as /provenance-events/17/content/output
 * @param clusterNodeId the node that has the content; empty outside a cluster
 */
record ContentReference(String path, Optional<String> clusterNodeId) {
    private static final String API = "/nifi-api";
    private static final String NODE_PARAMETER = "clusterNodeId=";
    private static final Pattern CONTENT =
            Pattern.compile(".*/nifi-api(/flowfile-queues/[a-f0-9-]{36}/flowfiles/[a-f0-9-]{36}/content|/provenance-events/[0-9]{1,19}/content/(?:input|output))");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int LONGEST = 4096;

    /**
     * @param reference the address that NiFi gave to the viewer
     * @throws IllegalArgumentException if it is not one of NiFi's, with a sentence
     */
    static ContentReference parse(final String reference) {
        if (reference == null || reference.isEmpty() || reference.length() > LONGEST) {
            throw new IllegalArgumentException("No content is named. Open this page by View content in NiFi.");
        }

        final URI uri;
        try {
            uri = URI.create(reference);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("The reference to the content is not an address. Open this page by View content in NiFi.", e);
        }

        final Matcher matcher = CONTENT.matcher(uri.getPath() == null ? "" : uri.getPath());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("The reference is neither to a flowfile in a queue nor to a provenance event. Open this page by View content in NiFi.");
        }

        return new ContentReference(matcher.group(1), node(uri.getQuery()));
    }

    private static Optional<String> node(final String query) {
        if (query == null) {
            return Optional.empty();
        }

        final Optional<String> node = Arrays.stream(query.split("&"))
                .filter(parameter -> parameter.startsWith(NODE_PARAMETER) && parameter.length() > NODE_PARAMETER.length())
                .map(parameter -> parameter.substring(NODE_PARAMETER.length()))
                .findFirst();
        if (node.isPresent() && !NODE.matcher(node.get()).matches()) {
            throw new IllegalArgumentException("The reference names a node that cannot be one. Open this page by View content in NiFi.");
        }

        return node;
    }

    /**
     * @param server   scheme, host and port under which this NiFi was reached, such as https://nifi:8443
     * @param clientId passed on to NiFi, or null
     * @return the request as NiFi takes it
     */
    ContentRequestContext asRequest(final String server, final String clientId) {
        final String dataUri = server + API + path + clusterNodeId.map(node -> "?" + NODE_PARAMETER + node).orElse("");
        return new RequestContext(dataUri, clusterNodeId.orElse(null), clientId);
    }

    private record RequestContext(String dataUri, String clusterNodeId, String clientId) implements ContentRequestContext {
        @Override
        public String getDataUri() {
            return dataUri;
        }

        @Override
        public String getClusterNodeId() {
            return clusterNodeId;
        }

        @Override
        public String getClientId() {
            return clientId;
        }
    }
}
