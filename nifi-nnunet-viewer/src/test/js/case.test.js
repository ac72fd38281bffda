/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countValues, historyOf, interpret, labelValues, planClasses, planOf } from '../../main/js/case.js';
import { readExtensions, readHeader } from '../../main/js/nifti.js';
import { caseRecord, niftiFile } from './files.js';

function scanOf(options) {
    const bytes = niftiFile(options);
    const header = readHeader(bytes);
    return { bytes, header, extensions: readExtensions(bytes, header) };
}

function caseFile(differences, more = []) {
    const voxels = [...Array(12).fill(9), 0, 1, 2, 0, 0, 0];
    return scanOf({ dim: [4, 3, 2, 1, 3], datatype: 16, voxels, extensions: [...more, { code: 6, text: JSON.stringify(caseRecord(differences)) }] });
}

test('a case names its channels, its label and its classes', () => {
    const content = interpret(caseFile({ classes: [{ value: 0, name: 'background' }, { value: 1, name: 'tumour' }] }));

    assert.deepEqual(content.channels, [{ name: 'T1', volume: 0 }, { name: 'T2', volume: 1 }]);
    assert.equal(content.labelVolume, 2);
    assert.equal(content.names.get(1), 'tumour');
});

test('a case without label has none', () => {
    const content = interpret(caseFile({ channels: ['a', 'b', 'c'], label: false }));

    assert.equal(content.channels.length, 3);
    assert.equal(content.labelVolume, null);
});

test('comments of other programs are passed over', () => {
    const content = interpret(caseFile({}, [{ code: 6, text: 'made by hand' }, { code: 6, text: '[1]' }, { code: 6, text: 'null' }]));

    assert.equal(content.channels[0].name, 'T1');
});

for (const [why, differences] of [['of another shape', { grid: { shape: [1, 2, 4] } }], ['of more volumes', { channels: ['a'] }],
    ['of another version', { version: 2 }], ['that is not whole', { grid: undefined, channels: 'T1' }]]) {
    test(`a record ${why} is not believed`, () => {
        const content = interpret(caseFile(differences));

        assert.equal(content.record, null);
        assert.deepEqual(content.channels.map(({ name }) => name), ['Channel 0', 'Channel 1', 'Channel 2']);
    });
}

test('a segmentation carries the names of its classes', () => {
    const record = { format: 'nifi-nnunet-label', version: 1, classes: [{ value: 2, name: 'Posterior' }] };
    const content = interpret(scanOf({ dim: [3, 2, 1, 1], voxels: [0, 2], extensions: [{ code: 6, text: JSON.stringify(record) }] }));

    assert.deepEqual(content.channels, []);
    assert.equal(content.labelVolume, 0);
    assert.equal(content.names.get(2), 'Posterior');
});

test('a label table of Connectome Workbench names classes', () => {
    const xml = '<CaretExtension><LabelTable><Label Key="1" Red="1"><![CDATA[spleen]]></Label><Label Key="52" Red="0">aorta</Label></LabelTable></CaretExtension>';
    const content = interpret(scanOf({ dim: [3, 2, 1, 1], voxels: [0, 52], extensions: [{ code: 0, text: xml }] }));

    assert.equal(content.names.get(1), 'spleen');
    assert.equal(content.names.get(52), 'aorta');
});

test('few whole numbers are taken for a label map, and anything else for a scan', () => {
    const many = Array.from({ length: 256 }, (_, n) => n);

    assert.equal(interpret(scanOf({ dim: [3, 4, 1, 1], voxels: [0, 1, 1, 7] })).labelVolume, 0);
    assert.equal(interpret(scanOf({ dim: [3, 256, 1, 1], voxels: many })).labelVolume, null);
    assert.equal(interpret(scanOf({ dim: [3, 2, 1, 1], datatype: 4, voxels: [0, 1000] })).labelVolume, null);
    assert.equal(interpret(scanOf({ dim: [3, 2, 1, 1], datatype: 16, voxels: [0, 1] })).labelVolume, null);
    assert.equal(interpret(scanOf({ dim: [3, 2, 1, 1], voxels: [0, 1], slope: 0.5 })).labelVolume, null);
});

test('voxels are counted by class, and a fraction is no class', () => {
    assert.deepEqual([...countValues(caseFile({}), 2)], [[0, 4], [1, 1], [2, 1]]);
    assert.equal(labelValues(scanOf({ dim: [3, 2, 1, 1], datatype: 16, voxels: [0, 0.5] }), 0), null);
});

test('the history says what was done, in the order x, y, z', () => {
    const history = historyOf(caseRecord({
        crop: { start: [1, 2, 3], end: [5, 6, 7] }, resampledFrom: [4, 4, 4], padding: { before: [0, 0, 0], from: [1, 2, 3] },
        notes: [['crop', 'voxels above 0'], ['resample', 'to 1 mm'], ['normalize', 'z-score']]
    }));

    assert.deepEqual(history, [
        ['Scan', '7 × 6 × 5 voxels of 0.938 × 1 × 1.5 mm'], ['Crop', 'x 3–6, y 2–5, z 1–4 (voxels above 0)'],
        ['Resample', 'from 4 × 4 × 4 voxels (to 1 mm)'], ['Normalize', 'z-score']
    ]);
    assert.deepEqual(historyOf(null), []);
});

test('classes are found in the plan that attributes carry, if it is one', () => {
    const attributes = { 'nnunet.plan.json': '{"classes": [{"value": 1, "name": "liver"}]}' };

    assert.equal(planClasses(attributes).get(1), 'liver');
    assert.equal(planClasses({}).size, 0);
    assert.equal(planOf({ 'nnunet.plan.json': '{' }), null);
    assert.equal(planOf({ 'nnunet.plan.json': '7' }), null);
});
