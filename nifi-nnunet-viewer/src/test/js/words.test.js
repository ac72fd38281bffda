/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classColour, className, colourIndices, labelColours } from '../../main/js/classes.js';
import * as format from '../../main/js/format.js';

test('each of many classes has a colour of its own', () => {
    const colours = new Set(Array.from({ length: 60 }, (_, n) => classColour(n + 1).join()));

    assert.equal(colours.size, 60);
    for (const colour of colours) {
        assert.ok(colour.split(',').every(part => Number.isInteger(Number(part)) && part >= 0 && part <= 255), colour);
    }
});

test('the name in the file comes before that in the plan, and a number is better than nothing', () => {
    const file = new Map([[1, 'tumour']]);
    const plan = new Map([[1, 'other'], [2, 'oedema']]);

    assert.equal(className(1, file, plan), 'tumour');
    assert.equal(className(2, file, plan), 'oedema');
    assert.equal(className(3, file, plan), 'Class 3');
    assert.equal(className(0, file, plan), 'background');
});

test('background and hidden classes are transparent, and so are the entries beside them', () => {
    const colours = labelColours([4, 0, 2], new Set([4]));

    // Of the background two entries, of the others three: the middle one is what voxels have.
    assert.deepEqual(colours.I, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(colours.A, [0, 0, 255, 255, 255, 0, 0, 0]);
    assert.deepEqual([...colourIndices(new Uint8Array([0, 2, 4, 2]), [4, 0, 2])], [0, 3, 6, 3]);
});

test('the background has its entry even where no voxel is of it', () => {
    assert.deepEqual([...colourIndices(new Uint8Array([7]), [7])], [3]);
    assert.deepEqual(labelColours([7]).A, [0, 0, 255, 255, 255]);
});

test('many classes have entries of 16 bits', () => {
    const classes = Array.from({ length: 200 }, (_, n) => n);
    const indices = colourIndices(Uint8Array.from(classes), classes);

    assert.ok(indices instanceof Uint16Array);
    assert.equal(indices[199], 597);
    assert.equal(labelColours(classes).I.length, 599);
});

test('sizes have the unit that suits them', () => {
    assert.equal(format.bytes(999), '999 bytes');
    assert.equal(format.bytes(1536), '1.5 KiB');
    assert.equal(format.bytes(54_753_784), '52 MiB');
    assert.equal(format.bytes(3 * 2 ** 40), '3072 GiB');
    assert.equal(format.volume(1000, 0.5), '500 mm³');
    assert.equal(format.volume(9281, 1), '9.281 ml');
});

test('numbers are short and have a real minus', () => {
    assert.equal(format.number(-1024), '−1024');
    assert.equal(format.number(0.123456), '0.1235');
    assert.equal(format.number(NaN), 'NaN');
    assert.equal(format.millimetres(-0.04), '0.0');
    assert.equal(format.millimetres(-12.34), '−12.3');
    assert.equal(format.times([1, 2.5]), '1 × 2.5');
});

test('axes are named after what they rise to', () => {
    assert.equal(format.orientation([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]), 'RAS');
    assert.equal(format.orientation([[0, 0, -2, 0], [-1, 0, 0, 0], [0, -3, 0.1, 0]]), 'PIL');
});
