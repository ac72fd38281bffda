/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

const BYTES = { 2: 1, 4: 2, 16: 4, 64: 8, 32: 8 };
const SETTERS = { 2: 'setUint8', 4: 'setInt16', 16: 'setFloat32', 64: 'setFloat64', 32: 'setFloat32' };

/** Makes a NIfTI file; options has what differs from a single uint8 voxel. */
export function niftiFile(options = {}) {
    const { version = 1, little = true, dim = [3, 1, 1, 1], datatype = 2, voxels = [0], extensions = [], slope = 0, intercept = 0 } = options;
    const slots = extensions.map(({ code, text }) => slot(code, new TextEncoder().encode(text), little));
    const headerBytes = version === 1 ? 348 : 540;
    const start = headerBytes + 4 + slots.reduce((sum, bytes) => sum + bytes.length, 0);
    const file = new Uint8Array(start + voxels.length * BYTES[datatype]);
    const view = new DataView(file.buffer);
    const fields = { dim: [...dim, ...Array(8 - dim.length).fill(1)], pixdim: options.pixdim ?? [1, 1, 1, 1, 0, 0, 0, 0], start: options.voxOffset ?? start, ...options };
    (version === 1 ? writeHeader1 : writeHeader2)(view, little, { ...fields, datatype, slope, intercept });
    file[headerBytes] = slots.length > 0 ? 1 : 0;
    let at = headerBytes + 4;
    for (const bytes of slots) {
        file.set(bytes, at);
        at += bytes.length;
    }

    voxels.forEach((value, index) => view[SETTERS[datatype]](start + index * BYTES[datatype], value, little));
    return file;
}

function writeHeader1(view, little, { dim, datatype, pixdim, start, slope, intercept, magic = 'n+1\0', qformCode = 0, sformCode = 0, quaternion = [0, 0, 0], qoffset = [0, 0, 0], srow = [] }) {
    view.setInt32(0, 348, little);
    dim.forEach((size, n) => view.setInt16(40 + 2 * n, size, little));
    view.setInt16(70, datatype, little);
    pixdim.forEach((size, n) => view.setFloat32(76 + 4 * n, size, little));
    view.setFloat32(108, start, little);
    view.setFloat32(112, slope, little);
    view.setFloat32(116, intercept, little);
    view.setInt16(252, qformCode, little);
    view.setInt16(254, sformCode, little);
    quaternion.forEach((value, n) => view.setFloat32(256 + 4 * n, value, little));
    qoffset.forEach((value, n) => view.setFloat32(268 + 4 * n, value, little));
    srow.forEach((value, n) => view.setFloat32(280 + 4 * n, value, little));
    [...magic].forEach((letter, n) => view.setUint8(344 + n, letter.charCodeAt(0)));
}

function writeHeader2(view, little, { dim, datatype, pixdim, start, slope, intercept, sformCode = 0, srow = [] }) {
    view.setInt32(0, 540, little);
    [...'n+2\0\r\n\x1a\n'].forEach((letter, n) => view.setUint8(4 + n, letter.charCodeAt(0)));
    view.setInt16(12, datatype, little);
    dim.forEach((size, n) => view.setBigInt64(16 + 8 * n, BigInt(size), little));
    pixdim.forEach((size, n) => view.setFloat64(104 + 8 * n, size, little));
    view.setBigInt64(168, BigInt(start), little);
    view.setFloat64(176, slope, little);
    view.setFloat64(184, intercept, little);
    view.setInt32(348, sformCode, little);
    srow.forEach((value, n) => view.setFloat64(400 + 8 * n, value, little));
}

function slot(code, content, little) {
    const bytes = new Uint8Array(Math.ceil((8 + content.length) / 16) * 16);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, bytes.length, little);
    view.setInt32(4, code, little);
    bytes.set(content, 8);
    return bytes;
}

/** The record of a case as the processors write it, and what differs. */
export function caseRecord(differences = {}) {
    return {
        format: 'nifi-nnunet-case', version: 1, channels: ['T1', 'T2'], label: true,
        grid: { shape: [1, 2, 3] }, scan: { shape: [5, 6, 7], pixdim: [0.9375, 1, 1.5] }, notes: [],
        ...differences
    };
}
