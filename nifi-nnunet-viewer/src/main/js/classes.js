/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

/** Colours that are told apart on grey, and by most people who see red and green alike. */
const COLOURS = ['#f4a72c', '#2ec4b6', '#e4577a', '#7aa6ff', '#c5e063', '#b57edc', '#ff8a5c', '#4fc3f7', '#ffd9a0', '#8bd17c'];
const GOLDEN_ANGLE = 137.508;

/** @returns {[number, number, number]} the colour of a class, 0 to 255 each; black for the background */
export function classColour(value) {
    if (value === 0) {
        return [0, 0, 0];
    }

    if (value <= COLOURS.length) {
        const hex = COLOURS[value - 1];
        return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
    }

    return fromHue((value * GOLDEN_ANGLE) % 360);
}

/** Of a fixed lightness and strength, as the ones above. */
function fromHue(hue) {
    const channel = offset => {
        const k = (offset + hue / 30) % 12;
        return Math.round(255 * (0.65 - 0.28 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
    };
    return [channel(0), channel(8), channel(4)];
}

/** @returns what a class is called: its name in the file, else in the plan, else its number */
export function className(value, ...names) {
    for (const known of names) {
        if (known.has(value)) {
            return known.get(value);
        }
    }

    return value === 0 ? 'background' : `Class ${value}`;
}

/**
 * Entries of a class in NiiVue's table of colours. It looks colours up by interpolation, and takes any trace of opacity for
 * the whole: a class with one entry would take something of its neighbours, and the background would be seen.
 */
const ENTRIES = 3;

/**
 * @param {Uint8Array} values a class for each voxel
 * @param classes those that there are
 * @returns {Uint8Array|Uint16Array} for each voxel the middle one of its class's entries in labelColours
 */
export function colourIndices(values, classes) {
    const order = ordered(classes);
    const indices = new (order.length * ENTRIES > 256 ? Uint16Array : Uint8Array)(values.length);
    const indexOf = new Uint16Array(256);
    order.forEach((value, rank) => {
        indexOf[value] = rank * ENTRIES;
    });
    values.forEach((value, voxel) => {
        indices[voxel] = indexOf[value];
    });
    return indices;
}

/** The background first: its entry is 0, which NiiVue takes for nothing. */
function ordered(classes) {
    return [...new Set([0, ...classes])].sort((a, b) => a - b);
}

/**
 * The colours of classes as NiiVue takes them.
 *
 * @param classes those that there are
 * @param hidden  those not to show
 */
export function labelColours(classes, hidden = new Set()) {
    const entries = ordered(classes).flatMap(value => Array(ENTRIES).fill(value)).slice(1);
    const colours = entries.map(classColour);
    return {
        I: entries.map((_, index) => index),
        R: colours.map(([red]) => red),
        G: colours.map(([, green]) => green),
        B: colours.map(([, , blue]) => blue),
        A: entries.map(value => (value === 0 || hidden.has(value) ? 0 : 255))
    };
}
