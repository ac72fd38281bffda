/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allBehind, connectionFrom, newGroup, remove } from './flow.js';
import { firstOfQueue } from './content.js';
import { openBrowser, picture, settings } from './browser.js';
import { Canvas } from './canvas.js';
import { Viewer } from './viewer.js';

const COLUMN = 450;
const FUNNEL = { x: 1200, y: 370 };
/** A place of the canvas with nothing in it. */
const EMPTY = { x: 1100, y: 780 };

test('a person draws a flow with the mouse and looks at a cropped case', async () => {
    const group = await newGroup('First flow');
    const { context, close } = await openBrowser();
    try {
        const page = await context.newPage();
        const canvas = await Canvas.open(page, group);

        await canvas.beginProcessor('ListCases', COLUMN, 110);
        await picture(page, 'first-flow-add');
        await canvas.endProcessor('ListCases');
        await canvas.addProcessor('FetchCase', COLUMN, 340);
        await canvas.addProcessor('CropNonZero', COLUMN, 570);
        await canvas.addFunnel(FUNNEL.x, FUNNEL.y);

        await canvas.beginConnection(canvas.processor('ListCases'), canvas.processor('FetchCase'), ['success']);
        await picture(page, 'first-flow-connect');
        await canvas.endConnection();
        await canvas.connect(canvas.processor('FetchCase'), canvas.processor('CropNonZero'), ['success']);
        await canvas.connect(canvas.processor('CropNonZero'), canvas.funnel(), ['success', 'failure']);
        await canvas.connect(canvas.processor('ListCases'), canvas.funnel(), ['failure']);
        await canvas.connect(canvas.processor('FetchCase'), canvas.funnel(), ['failure']);

        await canvas.openProperties(canvas.processor('ListCases'));
        await canvas.setProperty('Dataset Folder', settings.dataset);
        await picture(page, 'first-flow-configure');
        await canvas.close('Apply');

        await canvas.chooseOfAll(EMPTY.x, EMPTY.y, 'Start');
        await allBehind(group, 'CropNonZero');
        await canvas.chooseOfAll(EMPTY.x, EMPTY.y, 'Refresh');
        await page.waitForLoadState('networkidle');
        await picture(page, 'first-flow-running');

        await looksAtTheCase(await firstOfQueue(canvas, await connectionFrom(group, 'CropNonZero', 'success')));
    } finally {
        await close();
        await remove(group);
    }
});

async function looksAtTheCase(page) {
    const viewer = await Viewer.in(page);
    await viewer.showsWords('scan and its label', 'Crop', ...settings.classes);
    await viewer.beginsInAClass(...settings.classes);
    await viewer.showsAnImage();
    await viewer.scrollsThroughSlices();
    await viewer.switchesTheOverlay();

    const all = await viewer.pixels();
    await viewer.choose('Axial');
    const axial = await viewer.pixelsAfter(all);
    await viewer.choose('All');
    const again = await viewer.pixelsAfter(axial);
    await viewer.click('#nn-render');
    await viewer.pixelsAfter(again);
    await viewer.takesPicture('view-case');
    viewer.hasNoErrors();
}
