/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { settings, until } from './browser.js';

/** Milliseconds after which a filter that shows no effect is taken for unheard. */
const FILTER_TIME = 3_000;

/** NiFi's canvas, worked with the mouse as a person does. Places are pixels of the page. */
export class Canvas {
    constructor(page) {
        this.page = page;
    }

    static async open(page, group = 'root') {
        // A dialog that opens before the page knows NiFi's processors never shows any.
        const types = page.url() === 'about:blank' ? page.waitForResponse(response => response.url().includes('processor-types')) : null;
        await page.goto(`${settings.nifi}nifi/#/process-groups/${group}`);
        await types;
        await page.locator('new-canvas-item').first().waitFor();
        const canvas = new Canvas(page);
        // Until the flow is there, what is dragged onto the canvas is lost.
        await page.locator('canvas-bar, .canvas-background, #canvas-container').first().waitFor();
        await page.waitForLoadState('networkidle');
        return canvas;
    }

    /** The dialog that is open. */
    get dialog() {
        return this.page.locator('mat-dialog-container');
    }

    /** Presses a button of the dialog and waits until that has closed. */
    async close(button) {
        await this.dialog.getByRole('button', { name: button, exact: true }).click();
        await this.dialog.waitFor({ state: 'detached' });
    }

    /** Drags one of the icons at the top onto the canvas. */
    async dragIcon(icon, x, y) {
        const from = await this.page.locator(`new-canvas-item[iconclass="${icon}"]`).boundingBox();
        await this.#drag(centre(from), { x, y });
    }

    async addProcessor(type, x, y) {
        await this.beginProcessor(type, x, y);
        await this.endProcessor(type);
    }

    /** Chooses a processor's type in the dialog, and leaves that open. */
    async beginProcessor(type, x, y) {
        await this.dragIcon('icon-processor', x, y);
        const filter = this.dialog.getByPlaceholder('Filter types...');
        const found = this.dialog.getByText('Showing 1 of');
        // What is typed before the dialog is ready is forgotten.
        await until(`The type ${type} alone`, async () => {
            await filter.fill('');
            await filter.pressSequentially(type);
            return found.waitFor({ timeout: FILTER_TIME }).then(() => true, () => false);
        });
        await this.dialog.locator('tr.mat-mdc-row', { has: this.page.getByText(type, { exact: true }) }).click();
    }

    async endProcessor(type) {
        await this.close('Add');
        await this.processor(type).waitFor();
    }

    async addFunnel(x, y) {
        const before = await this.page.locator('g.funnel').count();
        await this.dragIcon('icon-funnel', x, y);
        await until('The funnel', async () => await this.page.locator('g.funnel').count() > before);
    }

    async connect(from, to, relationships) {
        await this.beginConnection(from, to, relationships);
        await this.endConnection();
    }

    /** Draws a connection from the sign in the middle of one component to another and ticks relationships in the dialog, which stays open. */
    async beginConnection(from, to, relationships) {
        const box = await from.boundingBox();
        await this.page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2, { steps: 4 });
        const handle = this.page.locator('.add-connect');
        await handle.waitFor();
        await this.#drag(centre(await handle.boundingBox()), centre(await to.boundingBox()));
        for (const relationship of relationships) {
            await this.dialog.getByRole('checkbox', { name: relationship, exact: true }).check();
        }
    }

    async endConnection() {
        const before = await this.page.locator('g.connection').count();
        await this.close('Add');
        await until('The connection', async () => await this.page.locator('g.connection').count() > before);
    }

    async #drag(from, to) {
        const { mouse } = this.page;
        await mouse.move(from.x, from.y, { steps: 3 });
        await mouse.down();
        await mouse.move(to.x, to.y, { steps: 12 });
        await mouse.up();
    }

    get processors() {
        return this.page.locator('g.processor');
    }

    processor(name) {
        return this.page.locator('g.processor', { has: this.page.locator('text.processor-name', { hasText: name }) }).first();
    }

    funnel() {
        return this.page.locator('g.funnel').first();
    }

    /** Takes an item of a processor's menu. */
    async choose(processor, item) {
        const box = await processor.boundingBox();
        // To the right of its signs, whose explanations would lie over the menu.
        await this.#chooseAt({ x: box.x + box.width * 0.75, y: box.y + box.height * 0.1 }, item);
    }

    /** Takes an item of a connection's menu, in the middle of its line, where its label is unless all is drawn too small for labels. */
    async chooseOfConnection(id, item) {
        const path = this.page.locator(`g[id="id-${id}"] path.connection-path`);
        await path.waitFor({ state: 'attached' });
        await this.#chooseAt(await path.evaluate(line => {
            const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
            return { x, y };
        }), item);
    }

    /** Takes an item of the menu of the canvas itself: a place where nothing lies. */
    async chooseOfAll(x, y, item) {
        await this.page.mouse.click(x, y);
        await this.#chooseAt({ x, y }, item);
    }

    async #chooseAt({ x, y }, item) {
        await this.page.mouse.click(x, y, { button: 'right' });
        const menu = this.page.locator('.cdk-overlay-container').getByText(item, { exact: true });
        await menu.click();
        await menu.waitFor({ state: 'detached' });
    }

    /** Starts everything, by the panel at the left. Nothing may be selected. */
    async startAll() {
        await this.page.locator('operation-control button:has(.fa-play)').click();
    }

    async openProperties(processor) {
        await this.choose(processor, 'Configure');
        await this.dialog.getByRole('tab', { name: 'Properties' }).click();
    }

    /** In the dialog of a component's properties. */
    async setProperty(name, value) {
        await this.dialog.locator('tr', { hasText: name }).first().locator('td').nth(1).click();
        const editor = this.page.locator('nf-editor');
        await editor.locator('.cm-content, .CodeMirror').first().click();
        await this.page.keyboard.insertText(value);
        await editor.getByRole('button', { name: 'OK' }).click();
        await editor.waitFor({ state: 'detached' });
        // A row under the mouse has another colour.
        await this.page.mouse.move(0, 0);
    }

    /** Everything in view. */
    async fit() {
        await this.page.locator('navigation-control .icon-zoom-fit').click();
        // The canvas glides there.
        await this.#still();
    }

    /** Takes away the panels at the left, for a picture: folded, they still lie over the flow. */
    async hidePanels() {
        await this.page.addStyleTag({ content: 'navigation-control, operation-control { display: none }' });
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
        await this.dialog.locator('input[type="file"]').setInputFiles(file);
        await this.dialog.locator('input[formcontrolname="newProcessGroupName"]').fill(name);
        await this.close('Add');
        await this.page.locator('g.process-group', { hasText: name }).first().waitFor();
    }
}

function centre(box) {
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
