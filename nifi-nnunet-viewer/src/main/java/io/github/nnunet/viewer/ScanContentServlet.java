/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.viewer;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.nifi.authorization.AccessDeniedException;
import org.apache.nifi.web.ContentAccess;
import org.apache.nifi.web.DownloadableContent;
import org.apache.nifi.web.ResourceNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Hands the viewer's page the bytes of a flowfile, as NiFi's own access control gives them. They are passed on as they
 * come and never held whole.
 */
public class ScanContentServlet extends HttpServlet {
    /** Under this name NiFi puts its {@link ContentAccess} into the context of every viewer. */
    static final String CONTENT_ACCESS = "nifi-content-access";
    static final String REFERENCE_PARAMETER = "ref";
    static final String CLIENT_PARAMETER = "clientId";

    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(ScanContentServlet.class);
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9-]{1,64}");

    @Override
    protected void doGet(final HttpServletRequest request, final HttpServletResponse response) throws IOException {
        final ContentReference reference;
        try {
            reference = ContentReference.parse(request.getParameter(REFERENCE_PARAMETER));
        } catch (final IllegalArgumentException e) {
            refuse(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
            return;
        }

        final ContentAccess access = (ContentAccess) request.getServletContext().getAttribute(CONTENT_ACCESS);
        if (access == null) {
            refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "NiFi gives this viewer no access to content. Restart NiFi.");
            return;
        }

        final DownloadableContent content;
        try {
            content = access.getContent(reference.asRequest(serverOf(request), clientOf(request)));
        } catch (final ResourceNotFoundException e) {
            LOGGER.debug("No content for {}", reference, e);
            refuse(response, HttpServletResponse.SC_NOT_FOUND, "The content is no longer there: the flowfile has left the queue, or its content was archived and removed.");
            return;
        } catch (final AccessDeniedException e) {
            LOGGER.debug("No access to {}", reference, e);
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "You may not see this content: ask for the policy \"view the data\" of the component.");
            return;
        } catch (final RuntimeException e) {
            LOGGER.warn("Content of {} could not be had", reference, e);
            refuse(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "NiFi could not give the content. Its log says why.");
            return;
        }

        send(content, response);
    }

    private static String serverOf(final HttpServletRequest request) {
        return "%s://%s:%d".formatted(request.getScheme(), request.getServerName(), request.getServerPort());
    }

    private static String clientOf(final HttpServletRequest request) {
        final String client = request.getParameter(CLIENT_PARAMETER);
        return client != null && CLIENT.matcher(client).matches() ? client : null;
    }

    private static void send(final DownloadableContent content, final HttpServletResponse response) throws IOException {
        try (InputStream in = content.getContent()) {
            response.setContentType("application/octet-stream");
            // Scans are of patients: no browser keeps them.
            response.setHeader("Cache-Control", "no-store");
            if (content.getFilename() != null) {
                final String name = URLEncoder.encode(content.getFilename(), StandardCharsets.UTF_8).replace("+", "%20");
                response.setHeader("Content-Disposition", "attachment; filename*=UTF-8''" + name);
            }

            in.transferTo(response.getOutputStream());
        }
    }

    private static void refuse(final HttpServletResponse response, final int status, final String sentence) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().write(sentence);
    }
}
