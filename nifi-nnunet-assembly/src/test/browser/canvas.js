/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { settings, until } from './browser.js';

/** NiFi's canvas, worked with the mouse as a person does. Places are pixels of the page. */
export class Canvas {
    constructor(page) {
        this.page = page;
    }

    static async open(page, group = 'root') {
        await page.goto(`${settings.nifi}nifi/#/process-groups/${group}`);
        await page.locator('new-canvas-item').first().waitFor();
        const canvas = new Canvas(page);
        // Until the flow is there, what is dragged onto the canvas is lost.
        await page.locator('canvas-bar, .canvas-background, #canvas-container').first().waitFor();
        await page.waitForLoadState('networkidle');
        return canvas;
    }

    /** Drags one of the icons at the top onto the canvas. */
    async dragIcon(icon, x, y) {
        const from = await this.page.locator(`new-canvas-item[iconclass="${icon}"]`).boundingBox();
        await this.#drag(centre(from), { x, y });
    }

    async #drag(from, to) {
        const { mouse } = this.page;
        await mouse.move(from.x, from.y, { steps: 3 });
        await mouse.down();
        await mouse.move(to.x, to.y, { steps: 12 });
        await mouse.up();
    }

    /** Everything in view. */
    async fit() {
        await this.page.locator('navigation-control .icon-zoom-fit').click();
        // The canvas glides there.
        await this.#still();
    }

    /** Folds the panels that lie over the flow. */
    async fold() {
        for (const panel of ['navigation-control', 'operation-control']) {
            await this.page.locator(`${panel} .${panel}-expansion`).first().click();
        }
    }

    async #still() {
        let before = '';
        await until('A canvas at rest', async () => {
            const now = await this.page.locator('svg.canvas-svg > g').first().getAttribute('transform');
            const still = now === before;
            before = now;
            return still;
        });
    }

    /** Puts a flow definition on the canvas, as a process group of this name. */
    async importFlow(file, name, x, y) {
        await this.dragIcon('icon-group', x, y);
        const dialog = this.page.locator('mat-dialog-container');
        await dialog.locator('input[type="file"]').setInputFiles(file);
        const field = dialog.locator('input[formcontrolname="newProcessGroupName"]');
        await field.fill(name);
        await dialog.getByRole('button', { name: 'Add' }).click();
        await dialog.waitFor({ state: 'detached' });
        await this.page.locator('g.process-group', { hasText: name }).first().waitFor();
    }
}

function centre(box) {
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
