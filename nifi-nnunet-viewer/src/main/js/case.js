/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { voxelReader } from './nifti.js';

const COMMENT = 6;
const CASE_FORMAT = 'nifi-nnunet-case';
const LABEL_FORMAT = 'nifi-nnunet-label';
const VERSION = 1;
const LARGEST_LABEL = 255;
/** Foreign label maps have at most so many classes; an 8-bit photograph has more values. */
const MOST_CLASSES = 150;
const WHOLE_NUMBERS = new Set([2, 4, 8, 256, 512, 768, 1024, 1280]);

/**
 * Says what a file is: a case of this software, a label map, or a plain scan.
 *
 * @param scan header, bytes and extensions of a file
 * @returns channels with name and volume; labelVolume, or null; the class names that the file itself carries, by value; the
 *     record of a case, or null
 */
export function interpret(scan) {
    const records = jsonOf(scan.extensions);
    const names = classNames(records, scan.extensions);
    const record = records.find(json => json.format === CASE_FORMAT && json.version === VERSION && describes(json, scan.header)) ?? null;
    if (record !== null) {
        const channels = record.channels.map((name, volume) => ({ name: channelName(name, record.channels), volume }));
        return { channels, labelVolume: record.label ? channels.length : null, names, record };
    }

    if (scan.header.volumes === 1 && (records.some(json => json.format === LABEL_FORMAT) || looksLikeLabels(scan))) {
        return { channels: [], labelVolume: 0, names, record: null };
    }

    const channels = Array.from({ length: scan.header.volumes }, (_, volume) => ({ name: scan.header.volumes === 1 ? 'Scan' : `Channel ${volume}`, volume }));
    return { channels, labelVolume: null, names, record: null };
}

/** Files without names for their channels have them numbered. */
function channelName(name, all) {
    return /^\d+$/.test(name) ? (all.length === 1 ? 'Scan' : `Channel ${name}`) : name;
}

function jsonOf(extensions) {
    const found = [];
    for (const { code, content } of extensions) {
        if (code === COMMENT) {
            try {
                const json = JSON.parse(textOf(content));
                if (json !== null && typeof json === 'object') {
                    found.push(json);
                }
            } catch {
                // Another program's comment.
            }
        }
    }

    return found;
}

function textOf(content) {
    const text = new TextDecoder().decode(content);
    const end = text.indexOf('\0');
    return (end < 0 ? text : text.slice(0, end)).trim();
}

/** A record is of no use once other software has changed the voxels in number. */
function describes(record, header) {
    const [z, y, x] = record.grid?.shape ?? [];
    return Array.isArray(record.channels) && record.channels.length > 0
        && header.size[0] === x && header.size[1] === y && header.size[2] === z
        && record.channels.length + (record.label ? 1 : 0) === header.volumes;
}

function classNames(records, extensions) {
    const names = new Map();
    for (const { format, version, classes } of records) {
        if ((format === CASE_FORMAT || format === LABEL_FORMAT) && version === VERSION) {
            addClasses(names, classes);
        }
    }

    // Connectome Workbench's label table, which TotalSegmentator writes too.
    for (const { content } of extensions) {
        const text = textOf(content);
        for (const [, key, name] of text.matchAll(/<Label\b[^>]*\bKey="(\d+)"[^>]*>(?:<!\[CDATA\[)?([^<\]]+)/g)) {
            names.set(Number(key), name.trim());
        }
    }

    return names;
}

function addClasses(names, classes) {
    for (const { value, name } of Array.isArray(classes) ? classes : []) {
        if (Number.isInteger(value) && typeof name === 'string') {
            names.set(value, name);
        }
    }
}

/** @returns class names by value of the plan that NiFi's attributes carry; none if they carry no plan */
export function planClasses(attributes) {
    const names = new Map();
    const plan = planOf(attributes);
    if (plan !== null) {
        addClasses(names, plan.classes);
    }

    return names;
}

/** @returns the plan in the attributes, or null */
export function planOf(attributes) {
    try {
        const plan = JSON.parse(attributes['nnunet.plan.json'] ?? 'null');
        return plan !== null && typeof plan === 'object' ? plan : null;
    } catch {
        return null;
    }
}

function looksLikeLabels({ header, bytes }) {
    if (!WHOLE_NUMBERS.has(header.datatype) || (header.slope !== 0 && (header.slope !== 1 || header.intercept !== 0))) {
        return false;
    }

    const counts = countValues({ header, bytes }, 0);
    return counts !== null && counts.size <= MOST_CLASSES && counts.has(0);
}

/** @returns voxels by class value; null if a value is not a whole number from 0 to 255 */
export function countValues({ header, bytes }, volume) {
    const values = labelValues({ header, bytes }, volume);
    return values === null ? null : countsOf(values);
}

/** @returns {Map<number, number>} how often each value is there, lowest first */
export function countsOf(values) {
    const counts = new Array(LARGEST_LABEL + 1).fill(0);
    for (const value of values) {
        counts[value]++;
    }

    return new Map(counts.map((count, value) => [value, count]).filter(([, count]) => count > 0));
}

/** @returns {Uint8Array|null} a class value for each voxel, x fastest; null if one is not a whole number from 0 to 255 */
export function labelValues({ header, bytes }, volume) {
    const valueAt = voxelReader(bytes, header);
    const values = new Uint8Array(header.voxels);
    const [width, height, depth] = header.size;
    let index = 0;
    for (let z = 0; z < depth; z++) {
        for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++, index++) {
                const value = valueAt(x, y, z, volume);
                values[index] = value;
                if (values[index] !== value) {
                    return null;
                }
            }
        }
    }

    return values;
}

/** @returns the steps that a case has gone through, as pairs of a word and a text */
export function historyOf(record) {
    if (record === null) {
        return [];
    }

    const steps = [];
    const times = values => [...values].reverse().join(' × ');
    if (record.scan) {
        const spacing = record.scan.pixdim ?? [];
        steps.push(['Scan', `${times(record.scan.shape)} voxels of ${spacing.map(size => Number(size).toPrecision(3).replace(/\.?0+$/, '')).join(' × ')} mm`]);
    }

    const notes = new Map(record.notes ?? []);
    if (record.crop) {
        const { start, end } = record.crop;
        const ranges = ['x', 'y', 'z'].map((axis, n) => `${axis} ${start[2 - n]}–${end[2 - n] - 1}`);
        steps.push(['Crop', withNote(ranges.join(', '), notes.get('crop'))]);
        notes.delete('crop');
    }

    if (record.resampledFrom) {
        const note = [...notes].find(([step]) => step.startsWith('resampl'));
        steps.push(['Resample', withNote(`from ${times(record.resampledFrom)} voxels`, note?.[1])]);
        notes.delete(note?.[0]);
    }

    for (const [step, text] of notes) {
        steps.push([step.charAt(0).toUpperCase() + step.slice(1), text]);
    }

    return steps;
}

function withNote(text, note) {
    return note ? `${text} (${note})` : text;
}
