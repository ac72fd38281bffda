/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */
package io.github.nnunet.viewer;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/** Tells the browser that the page needs nothing but this server, and is shown inside NiFi only. */
public class PageSecurityFilter implements Filter {
    /** Styles inline: NiFi puts its own into the page that it frames. Images as data: NiiVue carries its font that way. */
    static final String POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data:; "
            + "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    @Override
    public void doFilter(final ServletRequest request, final ServletResponse response, final FilterChain chain) throws IOException, ServletException {
        final HttpServletResponse page = (HttpServletResponse) response;
        page.setHeader("Content-Security-Policy", POLICY);
        page.setHeader("X-Content-Type-Options", "nosniff");
        page.setHeader("Referrer-Policy", "no-referrer");
        chain.doFilter(request, response);
    }
}
