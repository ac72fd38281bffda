/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.viewer;

import jakarta.servlet.ServletException;
import org.apache.nifi.authorization.AccessDeniedException;
import org.apache.nifi.web.ContentAccess;
import org.apache.nifi.web.DownloadableContent;
import org.apache.nifi.web.ResourceNotFoundException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScanContentServletTest {
    private static final String REFERENCE = "http://nifi:8080/nifi-api/provenance-events/17/content/output?clusterNodeId=node-1";
    private static final byte[] SCAN = "a scan".getBytes(StandardCharsets.UTF_8);

    private final MockServletContext servletContext = new MockServletContext();
    private final AtomicBoolean closed = new AtomicBoolean();

    @Test
    void contentIsPassedOnAndItsStreamClosed() throws Exception {
        final MockHttpServletResponse response = get(request -> new DownloadableContent("case é.nii", "application/x-nifti", stream()));

        assertEquals(200, response.getStatus());
        assertArrayEquals(SCAN, response.getContentAsByteArray());
        assertTrue(closed.get());
        assertEquals("application/octet-stream", response.getContentType());
        assertEquals("no-store", response.getHeader("Cache-Control"));
        assertEquals("attachment; filename*=UTF-8''case%20%C3%A9.nii", response.getHeader("Content-Disposition"));
    }

    @Test
    void nifiIsAskedForTheReferenceOfThisServer() throws Exception {
        final AtomicReference<String> asked = new AtomicReference<>();
        final AtomicReference<String> client = new AtomicReference<>();

        get(request -> {
            asked.set(request.getDataUri());
            client.set(request.getClientId());
            return new DownloadableContent(null, null, stream());
        });

        assertEquals("https://scans:9443/nifi-api/provenance-events/17/content/output?clusterNodeId=node-1", asked.get());
        assertEquals("client-1", client.get());
    }

    @Test
    void contentComesThroughAsItIsReadAndIsNotCollectedFirst() {
        final InputStream endless = new InputStream() {
            private long left = 1L << 20;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("the disk has failed");
                }

                return 7;
            }
        };
        final MockHttpServletResponse response = new MockHttpServletResponse();
        servletContext.setAttribute(ScanContentServlet.CONTENT_ACCESS, (ContentAccess) request -> new DownloadableContent(null, null, endless));

        assertThrows(IOException.class, () -> new ScanContentServlet().service(request(REFERENCE), response));

        assertTrue(response.getContentAsByteArray().length > 1 << 19);
    }

    @Test
    void contentThatIsGoneIsSaidToBeGone() throws Exception {
        assertRefused(404, get(request -> {
            throw new ResourceNotFoundException("no claim");
        }));
    }

    @Test
    void whoMayNotSeeItIsTold() throws Exception {
        assertRefused(403, get(request -> {
            throw new AccessDeniedException("user x");
        }));
    }

    @Test
    void whatElseFailsStaysInTheLog() throws Exception {
        final MockHttpServletResponse response = get(request -> {
            throw new IllegalStateException("secret path");
        });

        assertRefused(500, response);
        assertFalse(response.getContentAsString().contains("secret"));
    }

    @Test
    void aReferenceToSomethingElseIsRefusedBeforeNifiIsAsked() throws Exception {
        servletContext.setAttribute(ScanContentServlet.CONTENT_ACCESS, (ContentAccess) request -> {
            throw new AssertionError("asked");
        });

        assertRefused(400, get("http://nifi:8080/nifi-api/flow/about"));
        assertRefused(400, get((String) null));
    }

    @Test
    void withoutAccessToContentItSaysSo() throws Exception {
        assertRefused(503, get(REFERENCE));
    }

    @Test
    void aClientThatCannotBeOneIsLeftOut() throws Exception {
        final AtomicReference<String> client = new AtomicReference<>("not asked");
        servletContext.setAttribute(ScanContentServlet.CONTENT_ACCESS, (ContentAccess) request -> {
            client.set(request.getClientId());
            return new DownloadableContent(null, null, stream());
        });
        final MockHttpServletRequest request = request(REFERENCE);
        request.setParameter(ScanContentServlet.CLIENT_PARAMETER, "a b\r\nc");

        new ScanContentServlet().service(request, new MockHttpServletResponse());

        assertNull(client.get());
    }

    @Test
    void nothingButReadingIsOffered() throws Exception {
        final MockHttpServletRequest request = request(REFERENCE);
        request.setMethod("POST");
        final MockHttpServletResponse response = new MockHttpServletResponse();

        new ScanContentServlet().service(request, response);

        assertEquals(405, response.getStatus());
    }

    private static void assertRefused(final int status, final MockHttpServletResponse response) throws IOException {
        assertEquals(status, response.getStatus());
        assertEquals("text/plain;charset=UTF-8", response.getContentType());
        assertTrue(response.getContentAsString().endsWith("."), response.getContentAsString());
    }

    private MockHttpServletResponse get(final ContentAccess access) throws ServletException, IOException {
        servletContext.setAttribute(ScanContentServlet.CONTENT_ACCESS, access);
        return get(REFERENCE);
    }

    private MockHttpServletResponse get(final String reference) throws ServletException, IOException {
        final MockHttpServletResponse response = new MockHttpServletResponse();
        new ScanContentServlet().service(request(reference), response);
        return response;
    }

    private MockHttpServletRequest request(final String reference) {
        final MockHttpServletRequest request = new MockHttpServletRequest(servletContext, "GET", "/content");
        request.setScheme("https");
        request.setServerName("scans");
        request.setServerPort(9443);
        if (reference != null) {
            request.setParameter(ScanContentServlet.REFERENCE_PARAMETER, reference);
        }

        request.setParameter(ScanContentServlet.CLIENT_PARAMETER, "client-1");
        return request;
    }

    private InputStream stream() {
        return new FilterInputStream(new ByteArrayInputStream(SCAN)) {
            @Override
            public void close() throws IOException {
                closed.set(true);
                super.close();
            }
        };
    }
}
