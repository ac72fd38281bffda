/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

const CONTENT = /\/nifi-api\/(flowfile-queues\/[a-f0-9-]{36}\/flowfiles\/[a-f0-9-]{36}|provenance-events\/\d{1,19})\/content(?:\/(input|output))?$/;

/**
 * Where the content is that NiFi wants to have shown.
 *
 * @param {string} address of this page, with the parameters ref and clientId
 * @returns side (input, output, or null for a flowfile in a queue), and functions that give addresses; null if nothing is named
 */
export function contentPlace(address) {
    const page = new URL(address);
    const reference = page.searchParams.get('ref');
    if (!reference) {
        return null;
    }

    const target = new URL(reference, page);
    const match = CONTENT.exec(target.pathname);
    if (match === null) {
        return null;
    }

    const side = match[2] ?? null;
    const referenceTo = name => {
        const other = new URL(target);
        other.pathname = target.pathname.replace(/(input|output)$/, name);
        return other.href;
    };
    const withReference = (path, ref) => {
        const url = new URL(path, page);
        url.search = '';
        url.hash = '';
        url.searchParams.set('ref', ref);
        copyParameter(page, url, 'clientId');
        return url;
    };
    return {
        side,
        otherSide: side === null ? null : side === 'input' ? 'output' : 'input',
        content: (name = side) => withReference('content', name === null ? target.href : referenceTo(name)).href,
        page: name => {
            const url = withReference(page.pathname, referenceTo(name));
            copyParameter(page, url, 'mimeTypeDisplayName');
            return url.href;
        },
        details: () => {
            // Of the same server as the page, whatever the reference says.
            const url = new URL(target.pathname.replace(/\/content(\/(input|output))?$/, ''), page.origin);
            copyParameter(target, url, 'clusterNodeId');
            return url.href;
        }
    };
}

function copyParameter(from, to, name) {
    const value = from.searchParams.get(name);
    if (value !== null) {
        to.searchParams.set(name, value);
    }
}

/**
 * What NiFi knows of the flowfile or of the event. Nothing breaks where it does not say.
 *
 * @returns attributes, and of an event its component and which sides have content
 */
export async function fetchDetails(url) {
    try {
        const response = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
        return response.ok ? detailsOf(await response.json()) : detailsOf({});
    } catch {
        return detailsOf({});
    }
}

/** @param answer of the REST API, for a flowfile or for a provenance event */
export function detailsOf(answer) {
    const event = answer.provenanceEvent;
    if (event) {
        const attributes = Object.fromEntries((event.attributes ?? []).map(({ name, value }) => [name, value]));
        return {
            attributes,
            component: event.componentName ?? '',
            eventType: event.eventType ?? '',
            bothSides: Boolean(event.inputContentAvailable && event.outputContentAvailable && !event.contentEqual)
        };
    }

    return { attributes: answer.flowFile?.attributes ?? {}, component: '', eventType: '', bothSides: false };
}
