/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { openBrowser, picture, rest, settings } from './browser.js';
import { newGroup, remove } from './flow.js';
import { Canvas } from './canvas.js';

const templates = readdirSync(settings.templates).filter(name => name.endsWith('.json')).sort();

for (const file of templates) {
    const name = basename(file, '.json');
    test(`the template ${name} is imported with the mouse, and its picture taken`, async () => {
        const parent = await newGroup('Templates');
        const { context, close } = await openBrowser({ width: 2120, height: 1500 });
        try {
            const page = await context.newPage();
            const canvas = await Canvas.open(page, parent);
            await canvas.importFlow(join(settings.templates, file), name, 1000, 600);
            const [group] = (await rest('GET', `process-groups/${parent}/process-groups`)).processGroups;
            const whole = await Canvas.open(page, group.id);
            await whole.fit();
            await whole.hidePanels();
            await picture(page, name);
            const { processors } = await rest('GET', `process-groups/${group.id}/processors`);
            assert.equal(await whole.processors.count(), processors.length);
        } finally {
            await close();
            await remove(parent);
        }
    });
}
