/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allBehind, connectionFrom } from './flow.js';
import { firstOfQueue, outputOfEvent } from './content.js';
import { openBrowser, settings } from './browser.js';
import { Canvas } from './canvas.js';
import { Viewer } from './viewer.js';

const PREDICT = 'Predict';
const STORE = 'Store Segmentation';

test('of a template that has run, a case, its segmentation and both together are looked at', async () => {
    const { context, close } = await openBrowser();
    try {
        const page = await context.newPage();
        const stopped = await whole(page);
        await stopped.choose(stopped.processor(PREDICT), 'Disable');
        await stopped.choose(stopped.processor(STORE), 'Disable');

        const preparing = await whole(page);
        await preparing.startAll();
        await allBehind(settings.group, 'Normalize');
        await looksAtTheCase(await firstOfQueue(preparing, await connectionFrom(settings.group, 'Normalize', 'success')));

        const predicting = await whole(page);
        await predicting.choose(predicting.processor(PREDICT), 'Enable');
        await predicting.choose(predicting.processor(PREDICT), 'Start');
        await allBehind(settings.group, PREDICT);
        await looksAtTheSegmentation(await firstOfQueue(predicting, await connectionFrom(settings.group, PREDICT, 'segmentation')));

        await looksAtBoth(await outputOfEvent(await whole(page), PREDICT, 'CONTENT_MODIFIED'));
    } finally {
        await close();
    }
});

/** The canvas with all of the template in view, and nothing selected. */
async function whole(page) {
    const canvas = await Canvas.open(page, settings.group);
    await canvas.fit();
    return canvas;
}

async function looksAtTheCase(page) {
    const viewer = await Viewer.in(page);
    await viewer.showsWords('Crop', 'Normalize', 'Plan', ...settings.classes);
    await viewer.showsAnImage();
    await viewer.scrollsThroughSlices();
    viewer.hasNoErrors();
    await page.close();
}

async function looksAtTheSegmentation(page) {
    const viewer = await Viewer.in(page);
    await viewer.showsWords('label map', ...settings.classes);
    await viewer.switchesTheOverlay();
    viewer.hasNoErrors();
    await page.close();
}

async function looksAtBoth(page) {
    const viewer = await Viewer.in(page);
    await viewer.showsWords(`input and output of ${PREDICT}`, 'scan and segmentation', 'View the input', ...settings.classes);
    await viewer.beginsInAClass(...settings.classes);
    await viewer.showsAnImage();
    await viewer.switchesTheOverlay();
    await viewer.scrollsThroughSlices();
    await viewer.takesPicture('view-segmentation');
    viewer.hasNoErrors();
}
