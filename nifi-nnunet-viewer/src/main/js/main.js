/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { className, colourIndices, labelColours } from './classes.js';
import { countsOf, interpret, labelValues, planClasses } from './case.js';
import { caseSections, channelChoice, classesSection, crosshairSection, imageSection, layoutChoice } from './panel.js';
import { contentPlace, fetchDetails } from './place.js';
import { element } from './elements.js';
import { fetchHeader, fetchScan } from './content.js';
import { ScanError, labelFile, volumeFile, voxelAt, voxelReader } from './nifti.js';
import { ScanView } from './view.js';
import * as format from './format.js';

const LARGE_FILE = 256 * 2 ** 20;
/** Milliseconds a drawing may take while somebody scrolls. */
const PATIENCE = 150;

const parts = Object.fromEntries(['bar', 'canvas', 'message', 'panel'].map(name => [name, document.getElementById(`nn-${name}`)]));

show().catch(error => {
    parts.message.replaceChildren(element('p.nn-error', { role: 'alert' }, error instanceof ScanError ? error.message : 'This volume cannot be shown.'));
    parts.message.hidden = false;
    document.body.dataset.state = 'failed';
    if (!(error instanceof ScanError)) {
        throw error;
    }
});

async function show() {
    const place = contentPlace(location.href);
    if (place === null) {
        throw new ScanError('No content is named. Open this page by View content in NiFi.');
    }

    const detailsSoon = fetchDetails(place.details());
    const scan = await load(place.content(), 'Loading');
    const details = await detailsSoon;
    const pair = await pairOf(place, details, { scan, content: interpret(scan) });
    parts.message.replaceChildren(element('p', {}, 'Drawing …'));
    await draw(place, details, pair);
    parts.message.hidden = true;
    document.body.dataset.state = 'ready';
}

async function load(url, word) {
    const bar = element('progress', { ariaLabel: word });
    const text = element('p', {}, `${word} …`);
    parts.message.replaceChildren(text, bar);
    parts.message.hidden = false;
    let shown = 0;
    return fetchScan(url, (done, total) => {
        const now = performance.now();
        if (now - shown > 100 || done === total) {
            shown = now;
            const note = total > LARGE_FILE ? ': a large volume, which takes a while' : '';
            text.textContent = `${word} ${format.bytes(done)} of ${format.bytes(total)}${note}`;
            bar.max = total;
            bar.value = done;
        }
    });
}

/**
 * Of an event with a scan on one side and a label map on the other, such as a prediction, both are shown together.
 *
 * @returns image and label, each with scan and content and either of them possibly null
 */
async function pairOf(place, details, asked) {
    const isLabel = asked.content.channels.length === 0;
    const alone = isLabel ? { image: null, label: asked } : { image: asked, label: asked.content.labelVolume === null ? null : asked };
    if (!details.bothSides || (!isLabel && place.side === 'output')) {
        return alone;
    }

    const url = place.content(place.otherSide);
    try {
        const header = await fetchHeader(url);
        if (!isLabel && header.volumes > 1) {
            return alone;
        }

        const scan = await load(url, `Loading the ${place.otherSide}`);
        const other = { scan, content: interpret(scan) };
        const otherIsLabel = other.content.channels.length === 0;
        if (isLabel !== otherIsLabel) {
            return isLabel ? { image: other, label: asked } : { image: asked, label: other };
        }
    } catch (error) {
        if (!(error instanceof ScanError)) {
            throw error;
        }
        // The other side is a welcome addition, and often no volume at all.
    }

    return alone;
}

async function draw(place, details, { image, label }) {
    const crosshair = crosshairSection();
    let imagePart = null;
    const view = new ScanView({
        onMove: mm => crosshair.show(...readout(mm)),
        onWindow: () => imagePart?.refresh()
    });
    await attach(view);
    const frame = image ?? label;
    requireDrawable(frame.scan.header, view);
    const overlay = label === null ? null : overlayOf(label, details);
    const readout = crosshairReader(image, overlay);
    const fileOf = channel => (image === null ? labelFile(frame.scan.bytes, frame.scan.header, new Uint8Array(frame.scan.header.voxels))
        : volumeFile(frame.scan.bytes, frame.scan.header, channel.volume));
    await view.show(fileOf(frame.content.channels[0]), overlay?.file ?? null, overlay === null ? null : labelColours(overlay.counts.keys()), overlay?.centre ?? centreOf(frame.scan.header));
    const imageHolder = element('div');
    const arrangeImage = shown => {
        imagePart = imageSection(view, channelChoice(image.content.channels, shown, async index => {
            await view.showImage(fileOf(image.content.channels[index]), image.content.channels[index].name);
            arrangeImage(index);
        }));
        imageHolder.replaceChildren(imagePart.made);
    };
    if (image !== null) {
        arrangeImage(0);
    }

    parts.panel.replaceChildren(...[
        crosshair.made, imageHolder, overlay === null ? null : classesPart(view, overlay),
        ...caseSections(frame.scan, frame.content, details)
    ].filter(made => made !== null));
    parts.bar.replaceChildren(element('div.nn-title', {}, element('strong', {}, titleOf(details)), element('span', {}, subtitleOf(place, details, image, label))),
        otherSideLink(place, details), renderSwitch(view), layoutChoice(view));
    view.redraw();
}

/** The 3D view is there from the start where it is drawn in no time: scrolling through slices matters more. */
function renderSwitch(view) {
    view.setRenderBeside(true);
    const fast = view.timeToDraw() < PATIENCE;
    view.setRenderBeside(fast);
    const box = element('input', { type: 'checkbox', checked: fast, id: 'nn-render' });
    box.addEventListener('change', () => view.setRenderBeside(box.checked));
    return element('label.nn-switch', { title: 'Draws the volume in three dimensions beside the slices' }, box, element('span', {}, '3D beside'));
}

async function attach(view) {
    try {
        await view.attach(parts.canvas);
    } catch (error) {
        throw new ScanError('This browser has no WebGL 2, or it is switched off. Switch on hardware acceleration, or use another browser.', { cause: error });
    }
}

function requireDrawable(header, view) {
    const longest = Math.max(...header.size);
    if (longest > view.longestSide) {
        throw new ScanError(`This volume is ${longest} voxels long, and this browser's graphics draw no more than ${view.longestSide}. Crop or resample it first.`);
    }
}

/** @returns what is drawn over the image: voxels by class, names, a file for NiiVue and the place to look at first */
function overlayOf({ scan, content }, details) {
    const { header, bytes } = scan;
    const values = labelValues(scan, content.labelVolume);
    if (values === null) {
        throw new ScanError('The label of this case has values other than whole numbers from 0 to 255. Correct the label map.');
    }

    const names = [content.names, planClasses(details.attributes)];
    const counts = countsOf(values);
    return {
        header, values, counts,
        nameOf: value => className(value, ...names),
        file: labelFile(bytes, header, colourIndices(values, counts.keys())),
        centre: centreOfForeground(header, values)
    };
}

function classesPart(view, overlay) {
    const voxelVolume = overlay.header.spacing.reduce((product, size) => product * size, 1);
    let hidden = '';
    return classesSection(overlay.counts, overlay.nameOf, voxelVolume, state => {
        const key = [...state.hidden].join();
        if (key !== hidden) {
            hidden = key;
            view.recolour(labelColours(overlay.counts.keys(), state.hidden));
        }

        view.setOverlay(state.shown, state.opacity);
    });
}

/** @returns a function of a place in mm that gives the voxel, the place, and rows of what is there */
function crosshairReader(image, overlay) {
    const read = image === null ? null : voxelReader(image.scan.bytes, image.scan.header);
    return mm => {
        const voxel = voxelAt((image?.scan ?? overlay).header, mm);
        const rows = [];
        if (image !== null && voxel !== null) {
            rows.push(...image.content.channels.map(({ name, volume }) => [name, format.number(read(...voxel, volume))]));
        }

        const [x, y, z] = overlay === null ? [] : voxelAt(overlay.header, mm) ?? [];
        if (x !== undefined) {
            const [width, height] = overlay.header.size;
            rows.push(['Class', overlay.nameOf(overlay.values[(z * height + y) * width + x])]);
        }

        return [voxel, mm, rows];
    };
}

function centreOf(header) {
    return toMillimetres(header, header.size.map(size => Math.floor(size / 2)));
}

/** @returns the place of the foreground's middle voxel in the slice that has most of it, so that something is seen at once; null without any */
function centreOfForeground(header, values) {
    const [width, height, depth] = header.size;
    const area = width * height;
    const perSlice = Array.from({ length: depth }, (_, z) => values.subarray(z * area, (z + 1) * area).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0));
    const most = Math.max(...perSlice);
    if (most === 0) {
        return null;
    }

    const z = perSlice.indexOf(most);
    const slice = values.subarray(z * area, (z + 1) * area);
    let rank = Math.floor(most / 2);
    const index = slice.findIndex(value => value > 0 && rank-- === 0);
    return toMillimetres(header, [index % width, Math.floor(index / width), z]);
}

function toMillimetres({ affine }, [x, y, z]) {
    return affine.map(row => row[0] * x + row[1] * y + row[2] * z + row[3]);
}

function titleOf({ attributes }) {
    return attributes['nnunet.case.id'] ?? attributes.filename ?? 'Scan';
}

function subtitleOf(place, details, image, label) {
    const what = image === null ? 'label map' : label === null ? 'scan' : label === image ? 'scan and its label' : 'scan and segmentation';
    if (place.side === null) {
        return what;
    }

    const both = image !== null && label !== null && image !== label;
    return `${both ? 'input and output' : place.side} of ${details.component || 'an event'}: ${what}`;
}

function otherSideLink(place, details) {
    return details.bothSides ? element('a.nn-link', { href: place.page(place.otherSide) }, `View the ${place.otherSide}`) : element('span');
}
