/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { PATIENCE, picture, until } from './browser.js';

/** Of the canvas: the least share of pixels that are not dark where there is an image, and of coloured ones where there is a label. */
const IMAGE_SHARE = 1 / 20;
const LABEL_SHARE = 1 / 2000;


/** The viewer of scans, in the page that NiFi opens for content. */
export class Viewer {
    #page;
    #frame;
    #errors;

    constructor(page, frame, errors) {
        this.#page = page;
        this.#frame = frame;
        this.#errors = errors;
    }

    /** Waits until the volume is drawn. */
    static async in(page) {
        const errors = [];
        page.on('console', message => {
            if (message.type() === 'error') {
                errors.push(`${message.text()} (${message.location().url})`);
            }
        });
        page.on('pageerror', error => errors.push(String(error)));
        const holder = await page.waitForSelector('iframe', { timeout: PATIENCE });
        const frame = await holder.contentFrame();
        await frame.waitForFunction(() => document.body?.dataset.state !== undefined, null, { timeout: PATIENCE });
        const viewer = new Viewer(page, frame, errors);
        assert.equal(await frame.evaluate(() => document.body.dataset.state), 'ready', await viewer.words());
        return viewer;
    }

    /** All that is written on the page. */
    words() {
        return this.#frame.evaluate(() => document.body.innerText);
    }

    /** @returns the voxel under the crosshair [x, y, z]: the numbers of the slices that are shown */
    async voxel() {
        const place = await this.#frame.locator('.nn-crosshair dd').first().innerText();
        return place.split(',').map(Number);
    }

    /** The picture on the canvas as numbers: how many of its pixels are not dark, how many are coloured, and a sum that tells pictures apart. */
    async pixels() {
        const png = await this.#frame.locator('#nn-canvas').screenshot({ timeout: PATIENCE });
        return this.#frame.evaluate(async base64 => {
            const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], { type: 'image/png' }));
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, image.width, image.height);
            let bright = 0;
            let coloured = 0;
            let sum = 0;
            for (let at = 0; at < data.length; at += 4) {
                const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
                bright += Math.max(red, green, blue) > 60 ? 1 : 0;
                coloured += Math.max(red, green, blue) - Math.min(red, green, blue) > 40 ? 1 : 0;
                sum = (sum * 31 + red + 3 * green + 7 * blue) % 2147483647;
            }

            return { all: data.length / 4, bright, coloured, sum };
        }, png.toString('base64'));
    }

    /** Waits for the picture to become another one and to stay, and gives it. */
    pixelsAfter(before) {
        let last = before;
        return until('Another picture', async () => {
            const now = await this.pixels();
            const settled = now.sum !== before.sum && now.sum === last.sum;
            last = now;
            return settled ? now : null;
        });
    }

    /** Turns the wheel over the slices at the upper left. */
    async scroll(notches) {
        const { x, y, width, height } = await this.#frame.locator('#nn-canvas').boundingBox();
        await this.#page.mouse.move(x + width * 0.35, y + height * 0.25);
        for (let n = 0; n < Math.abs(notches); n++) {
            await this.#page.mouse.wheel(0, 100 * Math.sign(notches));
        }
    }

    click(selector) {
        return this.#frame.locator(selector).click();
    }

    async choose(text) {
        await this.#frame.getByRole('button', { name: text, exact: true }).click();
    }

    /** In a window that is small, for the sake of a small file. */
    async takesPicture(name) {
        const before = await this.pixels();
        await this.#page.setViewportSize({ width: 1120, height: 740 });
        await this.pixelsAfter(before);
        await picture(this.#page, name);
    }

    async showsWords(...expected) {
        const words = await this.words();
        for (const word of expected) {
            assert.ok(words.includes(word), `${word} is not on the page: ${words}`);
        }
    }

    async showsAnImage() {
        const shown = await this.pixels();
        assert.ok(shown.bright > shown.all * IMAGE_SHARE, `an image that is almost black: ${JSON.stringify(shown)}`);
    }

    /** A label is seen at once: the crosshair begins in one of these classes. */
    async beginsInAClass(...names) {
        const rows = await this.#frame.locator('.nn-crosshair dl').innerText();
        assert.ok(names.some(name => rows.includes(name)), `the crosshair is in none of ${names}: ${rows}`);
    }

    /** Another slice is another picture and has another number. */
    async scrollsThroughSlices() {
        const before = await this.pixels();
        const from = await this.voxel();
        await this.scroll(2);
        await this.pixelsAfter(before);
        const to = await this.voxel();
        assert.equal(from.filter((number, axis) => number !== to[axis]).length, 1, `slices ${from} became ${to}`);
    }

    /** The colours go and come back. */
    async switchesTheOverlay() {
        const shown = await this.pixels();
        assert.ok(shown.coloured > shown.all * LABEL_SHARE, `no classes in colours: ${JSON.stringify(shown)}`);
        await this.click('#nn-overlay');
        const bare = await this.pixelsAfter(shown);
        assert.ok(bare.coloured < shown.coloured / 2, `the classes are still there: ${JSON.stringify({ shown, bare })}`);
        await this.click('#nn-overlay');
        const again = await this.pixelsAfter(bare);
        assert.equal(again.sum, shown.sum);
    }

    hasNoErrors() {
        assert.deepEqual(this.#errors, []);
    }
}
