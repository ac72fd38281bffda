/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelFile, readExtensions, readHeader, ScanError, volumeFile, voxelAt, voxelReader } from '../../main/js/nifti.js';
import { niftiFile } from './files.js';

for (const version of [1, 2]) {
    for (const little of [true, false]) {
        test(`a NIfTI-${version} file, ${little ? 'little' : 'big'} endian, is read and taken apart`, () => {
            const file = niftiFile({ version, little, dim: [4, 3, 2, 1, 2], datatype: 16, voxels: [...Array(12).keys()].map(n => n + 0.5), pixdim: [1, 0.5, 2, 3, 1, 0, 0, 0] });

            const header = readHeader(file);

            assert.equal(header.version, version);
            assert.deepEqual(header.size, [3, 2, 1]);
            assert.equal(header.volumes, 2);
            assert.deepEqual(header.spacing, [0.5, 2, 3]);
            assert.equal(header.typeName, 'float32');
            assert.equal(header.voxOffset + header.voxelBytes, file.length);
            assert.equal(voxelReader(file, header)(2, 1, 0, 1), 11.5);

            const second = new Uint8Array(volumeFile(file, header, 1));
            const alone = readHeader(second);
            assert.deepEqual(alone.size, [3, 2, 1]);
            assert.equal(alone.volumes, 1);
            assert.equal(voxelReader(second, alone)(0, 0, 0), 6.5);

            const label = new Uint8Array(labelFile(file, header, new Uint8Array([0, 1, 2, 3, 4, 5])));
            const labelHeader = readHeader(label);
            assert.equal(labelHeader.typeName, 'uint8');
            assert.deepEqual(labelHeader.affine, header.affine);
            assert.equal(voxelReader(label, labelHeader)(2, 1, 0), 5);

            const wide = new Uint8Array(labelFile(file, header, new Uint16Array([0, 0, 0, 0, 0, 600])));
            assert.equal(readHeader(wide).typeName, 'uint16');
            assert.equal(voxelReader(wide, readHeader(wide))(2, 1, 0), 600);
        });
    }
}

test('values are scaled as the header says, and a slope of zero says nothing', () => {
    const scaled = niftiFile({ datatype: 4, voxels: [10], slope: 2, intercept: -5 });
    const plain = niftiFile({ datatype: 4, voxels: [10], slope: 0, intercept: -5 });

    assert.equal(voxelReader(scaled, readHeader(scaled))(0, 0, 0), 15);
    assert.equal(voxelReader(plain, readHeader(plain))(0, 0, 0), 10);
});

test('a label made of a scaled file is not scaled', () => {
    const scaled = niftiFile({ datatype: 4, voxels: [10], slope: 2, intercept: -5 });
    const label = new Uint8Array(labelFile(scaled, readHeader(scaled), new Uint8Array([3])));

    assert.equal(voxelReader(label, readHeader(label))(0, 0, 0), 3);
});

test('a place is found by the sform, by the qform of a higher code, and by the spacing', () => {
    const dim = [3, 10, 10, 10];
    const voxels = Array(1000).fill(0);
    const srow = [-2, 0, 0, 5, 0, 2, 0, 6, 0, 0, 2, 7];
    const sform = readHeader(niftiFile({ dim, voxels, sformCode: 1, srow }));
    // Half a turn around z: x and y fall.
    const qform = readHeader(niftiFile({ dim, voxels, sformCode: 1, srow, qformCode: 2, quaternion: [0, 0, 1], qoffset: [1, 2, 3], pixdim: [1, 2, 2, 2, 0, 0, 0, 0] }));
    const spacing = readHeader(niftiFile({ dim, voxels, pixdim: [1, 2, 3, 4, 0, 0, 0, 0] }));

    assert.deepEqual(voxelAt(sform, [1, 10, 13]), [2, 2, 3]);
    assert.deepEqual(voxelAt(qform, [-3, 0, 5]), [2, 1, 1]);
    assert.deepEqual(voxelAt(spacing, [4, 9, 16]), [2, 3, 4]);
    assert.equal(voxelAt(spacing, [-2, 0, 0]), null);
    assert.equal(voxelAt(spacing, [0, 0, 40]), null);
});

test('extensions are found, up to one that is broken', () => {
    const file = niftiFile({ extensions: [{ code: 6, text: 'first' }, { code: 4, text: 'x'.repeat(40) }] });
    const [first, second] = readExtensions(file, readHeader(file));

    assert.equal(first.code, 6);
    assert.equal(new TextDecoder().decode(first.content).replaceAll('\0', ''), 'first');
    assert.equal(second.code, 4);

    new DataView(file.buffer).setInt32(352 + 16, 1 << 30, true);
    assert.equal(readExtensions(file, readHeader(file)).length, 1);
});

test('a file without extensions has none', () => {
    const file = niftiFile();

    assert.deepEqual(readExtensions(file, readHeader(file)), []);
});

const refused = [
    ['text', new TextEncoder().encode('hello'.repeat(100)), /not a NIfTI file/],
    ['nothing', new Uint8Array(0), /cut off: it has 0 bytes/],
    ['half a header', niftiFile().subarray(0, 200), /cut off/],
    ['half a pair', niftiFile({ magic: 'ni1\0' }), /\.hdr\/\.img pair/],
    ['a size of zero', niftiFile({ dim: [3, 0, 1, 1] }), /damaged/],
    ['nine dimensions', niftiFile({ dim: [9, 1, 1, 1] }), /damaged/],
    ['complex numbers', niftiFile({ datatype: 32 }), /cannot be shown/],
    ['voxels in the header', niftiFile({ voxOffset: 12 }), /damaged/],
    ['voxels nowhere', niftiFile({ voxOffset: NaN }), /damaged/]
];
for (const [what, file, message] of refused) {
    test(`${what} is refused with a sentence`, () => {
        assert.throws(() => readHeader(file), error => error instanceof ScanError && message.test(error.message) && error.message.endsWith('.'));
    });
}
