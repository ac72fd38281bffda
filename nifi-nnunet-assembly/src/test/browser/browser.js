/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Where NiFi is, and what else the Java test that starts these gives them. */
export const settings = {
    nifi: process.env.NIFI_URL,
    pictures: process.env.PICTURES,
    templates: process.env.TEMPLATES,
    dataset: process.env.DATASET,
    /** Id of the process group with the template that is to run. */
    group: process.env.GROUP,
    /** Names of the dataset's classes. */
    classes: (process.env.CLASSES ?? '').split(',').filter(name => name !== ''),
    chromium: process.env.CHROMIUM
};

/** Milliseconds: a machine that is shared is slow at times. */
export const PATIENCE = 60_000;

/** WebGL 2 without a GPU. Only that: to draw whole pages by it takes ten times as long. */
const GRAPHICS = ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-background-networking'];

export async function openBrowser({ width = 1440, height = 900 } = {}) {
    const browser = await chromium.launch({ executablePath: settings.chromium, args: GRAPHICS });
    const context = await browser.newContext({ viewport: { width, height } });
    context.setDefaultTimeout(PATIENCE);
    return { context, close: () => browser.close() };
}

export async function picture(page, name) {
    mkdirSync(settings.pictures, { recursive: true });
    await page.screenshot({ path: join(settings.pictures, `${name}.png`), animations: 'disabled', timeout: PATIENCE });
}

/** Asks a function until it gives something true, and gives that. */
export async function until(what, probe, patience = PATIENCE) {
    const end = Date.now() + patience;
    for (;;) {
        const found = await probe();
        if (found) {
            return found;
        }

        if (Date.now() > end) {
            throw new Error(`${what} did not come about within ${patience / 1000} s`);
        }

        await new Promise(resolve => {
            setTimeout(resolve, 250);
        });
    }
}

/** NiFi's REST API, for what a person would not do by hand in a test. */
export async function rest(method, path, body) {
    const response = await fetch(`${settings.nifi}nifi-api/${path}`, {
        method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body)
    });
    if (!response.ok) {
        throw new Error(`NiFi answered ${method} ${path} with ${response.status}: ${await response.text()}`);
    }

    return response.json();
}
