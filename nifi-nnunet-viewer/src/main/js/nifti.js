/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

/** What is wrong with a file, and what to do, in a sentence for the person who looks. */
export class ScanError extends Error {}

const BYTES = new Map([[2, 1], [4, 2], [8, 4], [16, 4], [64, 8], [128, 3], [256, 1], [512, 2], [768, 4], [1024, 8], [1280, 8], [2304, 4]]);
const TYPE_NAMES = new Map([[2, 'uint8'], [4, 'int16'], [8, 'int32'], [16, 'float32'], [64, 'float64'], [128, 'RGB'], [256, 'int8'], [512, 'uint16'],
    [768, 'uint32'], [1024, 'int64'], [1280, 'uint64'], [2304, 'RGBA']]);
const UINT8 = 2;
const UINT16 = 512;

/** More than any header of either version. */
export const LONGEST_HEADER = 544;

/**
 * Reads the header of a NIfTI-1 or NIfTI-2 file.
 *
 * @param {Uint8Array} bytes the beginning of the file, at least LONGEST_HEADER long or all there is
 * @returns what the header says; `size` is along x, y, z, `affine` three rows of voxel to mm, `voxelBytes` of all volumes
 * @throws {ScanError} if it is not the header of a single-file NIfTI that can be shown
 */
export function readHeader(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { version, little } = versionOf(view);
    const fields = version === 1 ? fieldsOfVersion1(view, little) : fieldsOfVersion2(view, little);
    if (fields.magic.startsWith('ni')) {
        throw new ScanError('This is the header of a .hdr/.img pair, whose voxels are in another file. Convert the pair to one .nii file.');
    }

    const rank = fields.dim[0];
    const sizes = fields.dim.slice(1, rank + 1);
    if (rank < 1 || rank > 7 || sizes.some(size => size < 1)) {
        throw new ScanError(`This NIfTI file is damaged: its header gives the sizes ${fields.dim.join(', ')}.`);
    }

    const bytesPerVoxel = BYTES.get(fields.datatype);
    if (bytesPerVoxel === undefined) {
        throw new ScanError(`Voxels of NIfTI's data type ${fields.datatype} (complex or 128-bit numbers) cannot be shown.`);
    }

    const size = [0, 1, 2].map(axis => sizes[axis] ?? 1);
    const volumes = sizes.slice(3).reduce((product, next) => product * next, 1);
    const voxels = size[0] * size[1] * size[2];
    const headerBytes = version === 1 ? 348 : 540;
    if (!(fields.voxOffset >= headerBytes)) {
        throw new ScanError(`This NIfTI file is damaged: its voxels would begin at byte ${fields.voxOffset}, inside the header.`);
    }

    return {
        ...fields, version, little, size, volumes, voxels, bytesPerVoxel, headerBytes,
        voxelBytes: voxels * volumes * bytesPerVoxel,
        typeName: TYPE_NAMES.get(fields.datatype),
        spacing: fields.pixdim.slice(1, 4).map(Math.abs),
        affine: affineOf(fields)
    };
}

function versionOf(view) {
    for (const little of [true, false]) {
        const size = view.byteLength >= 4 ? view.getInt32(0, little) : 0;
        if (size === 348 && view.byteLength >= 348) {
            return { version: 1, little };
        }

        if (size === 540 && view.byteLength >= 540) {
            return { version: 2, little };
        }
    }

    if (view.byteLength < 348) {
        throw new ScanError(`This is not a NIfTI file, or it is cut off: it has ${view.byteLength} bytes, and a header alone has 348.`);
    }

    throw new ScanError('This is not a NIfTI file: it does not begin with the size of a header. View it as hex to see what it is.');
}

function fieldsOfVersion1(view, little) {
    const int16 = at => view.getInt16(at, little);
    const real = at => view.getFloat32(at, little);
    return {
        magic: text(view, 344, 4),
        dim: numbers(8, n => int16(40 + 2 * n)),
        intent: int16(68),
        datatype: int16(70),
        pixdim: numbers(8, n => real(76 + 4 * n)),
        voxOffset: real(108),
        slope: real(112),
        intercept: real(116),
        units: view.getUint8(123),
        description: text(view, 148, 80),
        qformCode: int16(252),
        sformCode: int16(254),
        quaternion: numbers(3, n => real(256 + 4 * n)),
        qoffset: numbers(3, n => real(268 + 4 * n)),
        srow: numbers(12, n => real(280 + 4 * n))
    };
}

function fieldsOfVersion2(view, little) {
    const int32 = at => view.getInt32(at, little);
    const long = at => Number(view.getBigInt64(at, little));
    const real = at => view.getFloat64(at, little);
    return {
        magic: text(view, 4, 8),
        dim: numbers(8, n => long(16 + 8 * n)),
        intent: int32(504),
        datatype: view.getInt16(12, little),
        pixdim: numbers(8, n => real(104 + 8 * n)),
        voxOffset: long(168),
        slope: real(176),
        intercept: real(184),
        units: int32(500),
        description: text(view, 240, 80),
        qformCode: int32(344),
        sformCode: int32(348),
        quaternion: numbers(3, n => real(352 + 8 * n)),
        qoffset: numbers(3, n => real(376 + 8 * n)),
        srow: numbers(12, n => real(400 + 8 * n))
    };
}

function numbers(count, at) {
    return Array.from({ length: count }, (_, n) => at(n));
}

function text(view, at, length) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}

/** The sform, or the qform where its code is the higher one, as NiiVue decides; the formula is that of nifti1.h. */
function affineOf(fields) {
    if (fields.qformCode > fields.sformCode) {
        return affineOfQuaternion(fields);
    }

    if (fields.sformCode > 0) {
        return [0, 1, 2].map(row => fields.srow.slice(4 * row, 4 * row + 4));
    }

    return [0, 1, 2].map(row => [0, 1, 2, 3].map(column => (row === column ? fields.pixdim[row + 1] : 0)));
}

function affineOfQuaternion({ quaternion: [b, c, d], qoffset, pixdim }) {
    const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
    const rotation = [
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c]
    ];
    const scale = [pixdim[1], pixdim[2], pixdim[3] * (pixdim[0] < 0 ? -1 : 1)];
    return rotation.map((row, n) => [...row.map((value, column) => value * scale[column]), qoffset[n]]);
}

/**
 * Finds what a file carries between its header and its voxels.
 *
 * @param {Uint8Array} bytes the file, at least up to its voxels
 * @returns a list of code and content; one that reaches into the voxels ends it
 */
export function readExtensions(bytes, header) {
    const end = Math.min(header.voxOffset, bytes.byteLength);
    const view = new DataView(bytes.buffer, bytes.byteOffset, end);
    const found = [];
    let at = header.headerBytes + 4;
    if (at > end || view.getUint8(header.headerBytes) === 0) {
        return found;
    }

    while (at + 8 <= end) {
        const size = view.getInt32(at, header.little);
        if (size < 8 || at + size > end) {
            break;
        }

        found.push({ code: view.getInt32(at + 4, header.little), content: bytes.subarray(at + 8, at + size) });
        at += size;
    }

    return found;
}

/**
 * @param {Uint8Array} bytes the whole file
 * @returns a function of x, y, z and volume that gives the voxel's value as the header scales it; of colours, the red one
 */
export function voxelReader(bytes, header) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const raw = rawReader(view, header);
    const scaled = header.slope !== 0 && Number.isFinite(header.slope);
    return (x, y, z, volume = 0) => {
        const index = ((volume * header.size[2] + z) * header.size[1] + y) * header.size[0] + x;
        const value = raw(header.voxOffset + index * header.bytesPerVoxel);
        return scaled ? value * header.slope + header.intercept : value;
    };
}

function rawReader(view, { datatype, little }) {
    switch (datatype) {
        case 4: return at => view.getInt16(at, little);
        case 8: return at => view.getInt32(at, little);
        case 16: return at => view.getFloat32(at, little);
        case 64: return at => view.getFloat64(at, little);
        case 256: return at => view.getInt8(at);
        case 512: return at => view.getUint16(at, little);
        case 768: return at => view.getUint32(at, little);
        case 1024: return at => Number(view.getBigInt64(at, little));
        case 1280: return at => Number(view.getBigUint64(at, little));
        default: return at => view.getUint8(at);
    }
}

/**
 * Makes a file of one of the volumes.
 *
 * @param {Uint8Array} bytes the whole file
 * @returns {ArrayBuffer} a NIfTI file with the same grid
 */
export function volumeFile(bytes, header, volume) {
    const length = header.voxels * header.bytesPerVoxel;
    const start = header.voxOffset + volume * length;
    return fileOf(bytes, header, header.datatype, bytes.subarray(start, start + length));
}

/**
 * Makes a file of whole numbers on the grid of another file.
 *
 * @param {Uint8Array|Uint16Array} values a value for each voxel, x fastest
 * @returns {ArrayBuffer} a NIfTI file of that type, without scaling
 */
export function labelFile(bytes, header, values) {
    const wide = values instanceof Uint16Array;
    const voxels = new Uint8Array(values.length * values.BYTES_PER_ELEMENT);
    if (wide) {
        const view = new DataView(voxels.buffer);
        values.forEach((value, index) => view.setUint16(2 * index, value, header.little));
    } else {
        voxels.set(values);
    }

    const file = fileOf(bytes, header, wide ? UINT16 : UINT8, voxels);
    clearScaling(new DataView(file), header);
    return file;
}

function fileOf(bytes, header, datatype, voxels) {
    const start = header.headerBytes + 4;
    const file = new Uint8Array(start + voxels.byteLength);
    file.set(bytes.subarray(0, header.headerBytes));
    file.set(voxels, start);
    const view = new DataView(file.buffer);
    const { little } = header;
    const dim = [3, ...header.size, 1, 1, 1, 1];
    if (header.version === 1) {
        dim.forEach((size, n) => view.setInt16(40 + 2 * n, size, little));
        view.setInt16(70, datatype, little);
        view.setInt16(72, 8 * BYTES.get(datatype), little);
        view.setFloat32(108, start, little);
    } else {
        dim.forEach((size, n) => view.setBigInt64(16 + 8 * n, BigInt(size), little));
        view.setInt16(12, datatype, little);
        view.setInt16(14, 8 * BYTES.get(datatype), little);
        view.setBigInt64(168, BigInt(start), little);
    }

    return file.buffer;
}

function clearScaling(view, { version, little }) {
    if (version === 1) {
        view.setInt16(68, 0, little);
        view.setFloat32(112, 1, little);
        view.setFloat32(116, 0, little);
    } else {
        view.setInt32(504, 0, little);
        view.setFloat64(176, 1, little);
        view.setFloat64(184, 0, little);
    }
}

/** @returns the voxel [x, y, z] nearest to a point in mm, or null outside the grid */
export function voxelAt(header, mm) {
    const [p, q, r] = header.affine;
    const [x, y, z] = [mm[0] - p[3], mm[1] - q[3], mm[2] - r[3]];
    const determinant = triple(p, q, r);
    if (determinant === 0) {
        return null;
    }

    const column = n => [p[n], q[n], r[n]];
    const point = [x, y, z];
    const solved = [
        triple(point, column(1), column(2)) / determinant,
        triple(column(0), point, column(2)) / determinant,
        triple(column(0), column(1), point) / determinant
    ].map(Math.round);
    return solved.every((index, axis) => index >= 0 && index < header.size[axis]) ? solved.map(index => index + 0) : null;
}

function triple(a, b, c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}
