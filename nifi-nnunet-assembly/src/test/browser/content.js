/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { PATIENCE } from './browser.js';

/** The ways that a person goes from the canvas to content. Each gives the page that NiFi opens for it. */

/** Lists a queue, and views the content of its first flowfile. */
export async function firstOfQueue(canvas, connection) {
    const { page } = canvas;
    await canvas.chooseOfConnection(connection, 'List Queue');
    await page.locator('tr.mat-mdc-row').first().locator('button').last().click();
    return opened(page, page.getByRole('menuitem', { name: 'View content' }));
}

/** Searches a processor's provenance for the newest event of a type, and views what came out. */
export async function outputOfEvent(canvas, processor, type) {
    const { page } = canvas;
    await canvas.choose(canvas.processor(processor), 'View Data Provenance');
    await page.locator('tr.mat-mdc-row', { hasText: type }).first().locator('button').last().click();
    await page.getByRole('menuitem', { name: 'View details' }).click();
    await canvas.dialog.getByRole('tab', { name: 'Content' }).click();
    return opened(page, canvas.dialog.getByRole('button', { name: 'View' }).last());
}

async function opened(page, button) {
    const [content] = await Promise.all([page.context().waitForEvent('page', { timeout: PATIENCE }), button.click()]);
    return content;
}
