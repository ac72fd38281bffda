/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { readScan } from '../../main/js/content.js';
import { ScanError } from '../../main/js/nifti.js';
import { niftiFile } from './files.js';

function streamOf(bytes, chunk = 100) {
    let at = 0;
    return new ReadableStream({
        pull(controller) {
            if (at >= bytes.length) {
                controller.close();
            } else {
                controller.enqueue(bytes.slice(at, at + chunk));
                at += chunk;
            }
        }
    });
}

const file = niftiFile({ dim: [3, 20, 20, 1], voxels: Array.from({ length: 400 }, (_, n) => n % 251), extensions: [{ code: 6, text: '{}' }] });

for (const [name, bytes] of [['plain', file], ['gzip', gzipSync(file)]]) {
    for (const chunk of [1, 100, 1 << 20]) {
        test(`a ${name} file comes through whole in chunks of ${chunk}`, async () => {
            const progress = [];

            const scan = await readScan(streamOf(bytes, chunk), (done, total) => progress.push([done, total]));

            assert.deepEqual(scan.bytes, file);
            assert.equal(scan.extensions.length, 1);
            assert.deepEqual(progress.at(-1), [file.length, file.length]);
        });
    }
}

test('what follows the voxels is left alone', async () => {
    const longer = new Uint8Array(file.length + 50);
    longer.set(file);

    assert.deepEqual((await readScan(streamOf(longer), () => {})).bytes, file);
});

const refused = [
    ['a file that is cut off', file.subarray(0, 500), /promises 768 bytes and there are 500/],
    ['a gzip file that is cut off', gzipSync(file).subarray(0, 120), /cut off/],
    ['a gzip file that is damaged', gzipSync(file).fill(7, 100, 130), /damaged/],
    ['a file with no end of voxels', niftiFile({ version: 2, dim: [3, 4000, 4000, 4000] }), /more than a browser can hold/],
    ['one byte', new Uint8Array(1), /not a NIfTI/]
];
for (const [what, bytes, message] of refused) {
    test(`${what} is refused with a sentence`, async () => {
        await assert.rejects(readScan(streamOf(bytes), () => {}), error => error instanceof ScanError && message.test(error.message));
    });
}
