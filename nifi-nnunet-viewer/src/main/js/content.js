/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { LONGEST_HEADER, ScanError, readExtensions, readHeader } from './nifti.js';

/** Browsers give no array much longer than this. */
const LARGEST_FILE = 2 ** 31 - 1;

/**
 * Fetches a NIfTI file, unpacking it if it is gzip. Its one copy in memory is allocated once the header has said how long it is.
 *
 * @param {string} url where the file is
 * @param {(done: number, total: number) => void} onProgress told bytes of the unpacked file
 * @param {AbortSignal} [signal] gives up
 * @returns header, extensions and all bytes of the file
 * @throws {ScanError} if the file cannot be had or shown, with a sentence
 */
export async function fetchScan(url, onProgress, signal) {
    const stream = await open(url, signal);
    return readScan(stream, onProgress);
}

/** The same, but only the header is read. */
export async function fetchHeader(url) {
    const abort = new AbortController();
    const source = new ByteSource(unpacked(await open(url, abort.signal)));
    try {
        return readHeader(await source.take(LONGEST_HEADER));
    } finally {
        abort.abort();
    }
}

async function open(url, signal) {
    let response;
    try {
        response = await fetch(url, { signal, credentials: 'same-origin' });
    } catch (error) {
        throw new ScanError('NiFi does not answer. Is it running, and are you still logged in?', { cause: error });
    }

    if (!response.ok) {
        const type = response.headers.get('Content-Type') ?? '';
        const sentence = type.startsWith('text/plain') ? await response.text() : '';
        throw new ScanError(sentence || `NiFi answered with status ${response.status} instead of the content.`);
    }

    return response.body;
}

/** As fetchScan, from a stream of bytes. */
export async function readScan(stream, onProgress) {
    const source = new ByteSource(unpacked(stream));
    const head = await source.take(LONGEST_HEADER);
    const header = readHeader(head);
    const total = header.voxOffset + header.voxelBytes;
    if (total > LARGEST_FILE) {
        throw new ScanError(`This volume has ${Math.round(total / 2 ** 20)} MiB, more than a browser can hold. Crop or resample it first, or open it in a desktop viewer.`);
    }

    const bytes = allocate(total);
    const first = Math.min(head.length, total);
    bytes.set(head.subarray(0, first));
    let done = first;
    onProgress(done, total);
    while (done < total) {
        const chunk = await source.next();
        if (chunk === null) {
            throw new ScanError(`This file is cut off: its header promises ${total} bytes and there are ${done}. Send or convert it again.`);
        }

        const part = chunk.subarray(0, total - done);
        bytes.set(part, done);
        done += part.length;
        onProgress(done, total);
    }

    await source.close();
    return { header, bytes, extensions: readExtensions(bytes, header) };
}

function allocate(length) {
    try {
        return new Uint8Array(length);
    } catch (error) {
        throw new ScanError(`The browser has no ${Math.round(length / 2 ** 20)} MiB of memory left for this volume. Close other tabs, or crop the volume first.`, { cause: error });
    }
}

/** Gzip is known by its first two bytes: media types are not to be trusted. */
async function* unpacked(stream) {
    const reader = stream.getReader();
    let start = new Uint8Array(0);
    let ended = false;
    while (start.length < 2 && !ended) {
        const { value, done } = await reader.read();
        ended = done;
        start = done ? start : joined(start, value);
    }

    const rest = restOf(reader, start);
    if (start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b) {
        yield* gunzipped(rest);
    } else {
        yield* chunksOf(rest.getReader());
    }
}

function restOf(reader, start) {
    return new ReadableStream({
        start(controller) {
            if (start.length > 0) {
                controller.enqueue(start);
            }
        },
        async pull(controller) {
            const { value, done } = await reader.read();
            if (done) {
                controller.close();
            } else {
                controller.enqueue(value);
            }
        },
        cancel(reason) {
            return reader.cancel(reason);
        }
    });
}

async function* gunzipped(stream) {
    try {
        yield* chunksOf(stream.pipeThrough(new DecompressionStream('gzip')).getReader());
    } catch (error) {
        if (error instanceof ScanError || error.name === 'AbortError') {
            throw error;
        }

        throw new ScanError('This file is damaged or cut off: what it packs cannot be unpacked to the end. Send or convert it again.', { cause: error });
    }
}

async function* chunksOf(reader) {
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (done) {
                return;
            }

            yield value;
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}

function joined(first, second) {
    const both = new Uint8Array(first.length + second.length);
    both.set(first);
    both.set(second, first.length);
    return both;
}

/** Chunks, of which the first bytes can be had in one piece. */
class ByteSource {
    #chunks;

    constructor(chunks) {
        this.#chunks = chunks;
    }

    /** @returns at least so many bytes, or all there are */
    async take(length) {
        let taken = new Uint8Array(0);
        while (taken.length < length) {
            const chunk = await this.next();
            if (chunk === null) {
                break;
            }

            taken = joined(taken, chunk);
        }

        return taken;
    }

    async next() {
        const { value, done } = await this.#chunks.next();
        return done ? null : value;
    }

    close() {
        return this.#chunks.return();
    }
}
