/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { choice, element, facts, section, slider } from './elements.js';
import { classColour, className } from './classes.js';
import { historyOf, planOf } from './case.js';
import * as format from './format.js';

const CT_WINDOWS = [
    { text: 'Soft tissue', level: 40, width: 400 }, { text: 'Brain', level: 40, width: 80 },
    { text: 'Lung', level: -600, width: 1500 }, { text: 'Bone', level: 400, width: 1800 }
];
/** Below it there is air, in the unit of CT. */
const CT_AIR = -500;

/** @returns the section that says what is under the crosshair, and a function that shows it */
export function crosshairSection() {
    const place = element('div');
    const show = (voxel, mm, values) => place.replaceChildren(facts([
        ['Voxel', voxel === null ? 'outside' : voxel.join(', ')],
        ['Place', `${mm.map(format.millimetres).join(', ')} mm`],
        ...values
    ]));
    const made = section('Crosshair', place);
    made.classList.add('nn-crosshair');
    return { made, show };
}

/**
 * @param channels the choice of a channel, or null
 * @returns the section for channel and window, and a function to call when the window has changed
 */
export function imageSection(view, channels) {
    const range = view.window;
    const span = Math.max(range.most - range.least, Number.EPSILON);
    const digits = span > 50 ? 0 : span > 1 ? 2 : 4;
    const limits = { min: range.least, max: range.most, step: span / 1000, digits };
    const state = { level: 0, width: 1 };
    const apply = () => view.setWindow(state.level - state.width / 2, state.level + state.width / 2);
    const level = slider('Level', limits, value => {
        state.level = value;
        apply();
    });
    const width = slider('Width', { ...limits, min: 0, max: span }, value => {
        state.width = value;
        apply();
    });
    const refresh = () => {
        const { lower, upper } = view.window;
        state.level = (lower + upper) / 2;
        state.width = upper - lower;
        level.show(state.level);
        width.show(state.width);
    };
    const preset = (text, lower, upper) => {
        const button = element('button.nn-small', { type: 'button' }, text);
        button.addEventListener('click', () => {
            view.setWindow(lower, upper);
            refresh();
        });
        return button;
    };
    const isCt = range.least < CT_AIR;
    const presets = element('div.nn-presets', {}, preset('Auto', ...range.robust), preset('Full range', range.least, range.most),
        ...(isCt ? CT_WINDOWS.map(({ text, level: middle, width: wide }) => preset(text, middle - wide / 2, middle + wide / 2)) : []));
    refresh();
    const made = section('Image', channels, level.row, width.row, presets, element('p.nn-hint', {}, 'Or drag with the right mouse button.'));
    return { made, refresh };
}

/** @returns the choice of a channel, or null where there is but one */
export function channelChoice(channels, shown, onChoose) {
    if (channels.length < 2) {
        return null;
    }

    const select = element('select', { ariaLabel: 'Channel' }, ...channels.map(({ name }, index) => element('option', { value: index, selected: index === shown }, name)));
    select.addEventListener('change', () => onChoose(Number(select.value)));
    return element('label.nn-field', {}, element('span', {}, 'Channel'), select);
}

/**
 * @param counts       voxels by class
 * @param nameOf       gives a class its name
 * @param voxelVolume  in cubic mm
 * @param onChange     told whether the overlay is shown, its opacity from 0 to 1, and the set of hidden classes
 */
export function classesSection(counts, nameOf, voxelVolume, onChange) {
    const state = { shown: true, opacity: 0.6, hidden: new Set() };
    const tell = () => onChange(state);
    const overlay = element('input', { type: 'checkbox', checked: true, id: 'nn-overlay' });
    overlay.addEventListener('change', () => {
        state.shown = overlay.checked;
        tell();
    });
    const opacity = slider('Opacity', { min: 0, max: 100, step: 1 }, value => {
        state.opacity = Math.min(Math.max(value / 100, 0), 1);
        tell();
    });
    opacity.show(state.opacity * 100);
    const list = element('ul.nn-classes');
    for (const [value, count] of counts) {
        if (value !== 0) {
            list.append(classItem(value, nameOf(value), format.volume(count, voxelVolume), visible => {
                state.hidden[visible ? 'delete' : 'add'](value);
                tell();
            }));
        }
    }

    if (list.children.length === 0) {
        list.append(element('li.nn-hint', {}, 'No voxel belongs to a class.'));
    }

    return section('Classes', element('label.nn-switch', {}, overlay, element('span', {}, 'Show over the image')), opacity.row, list);
}

function classItem(value, name, volume, onToggle) {
    const box = element('input', { type: 'checkbox', checked: true });
    box.addEventListener('change', () => onToggle(box.checked));
    const swatch = element('span.nn-swatch');
    swatch.style.backgroundColor = `rgb(${classColour(value).join(',')})`;
    return element('li', {}, element('label', {}, box, swatch, element('span.nn-name', { title: `Class ${value}` }, name)), element('span.nn-volume', {}, volume));
}

/** @returns the sections about the case itself; null for those that there is nothing to say in */
export function caseSections(scan, content, details) {
    const { attributes } = details;
    const plan = planOf(attributes);
    const history = historyOf(content.record);
    const known = facts([['Case', attributes['nnunet.case.id']], ['Fold', attributes['nnunet.case.fold']], ['File', attributes.filename],
        ['Model', modelName(attributes['nnunet.model.path'])]]);
    return [
        known.children.length === 0 ? null : section('Case', known),
        history.length === 0 ? null : section('History', facts(history)),
        plan === null ? null : section('Plan', facts(planFacts(plan))),
        section('Header', facts(headerFacts(scan.header, scan.bytes.byteLength)))
    ];
}

function modelName(path) {
    return path ? path.split('/').pop() : undefined;
}

function planFacts(plan) {
    const backwards = values => (Array.isArray(values) ? [...values].reverse() : null);
    const spacing = backwards(plan.spacing);
    const patch = backwards(plan.patch);
    return [
        ['Dataset', [plan.task, plan.name].filter(Boolean).join(' ')],
        ['Network', plan.dimensions ? `${plan.dimensions}D` : undefined],
        ['Modality', plan.modality],
        ['Channels', Array.isArray(plan.channels) ? plan.channels.join(', ') : undefined],
        ['Classes', Array.isArray(plan.classes) ? plan.classes.map(({ value, name }) => className(value, new Map([[value, name]]))).join(', ') : undefined],
        ['Spacing', spacing ? `${format.times(spacing)} mm` : undefined],
        ['Patch', patch ? `${format.times(patch)} voxels` : undefined]
    ];
}

function headerFacts(header, fileBytes) {
    return [
        ['Size', `${format.times(header.size)} voxels`],
        ['Volumes', header.volumes > 1 ? format.number(header.volumes) : undefined],
        ['Spacing', `${format.times(header.spacing)} mm`],
        ['Axes rise to', format.orientation(header.affine)],
        ['Type', header.typeName],
        ['Scaling', header.slope !== 0 && (header.slope !== 1 || header.intercept !== 0) ? `× ${format.number(header.slope)} + ${format.number(header.intercept)}` : undefined],
        ['Codes', `qform ${header.qformCode}, sform ${header.sformCode}`],
        ['Format', `NIfTI-${header.version}, ${format.bytes(fileBytes)}`],
        ['Description', header.description]
    ];
}

/** @returns buttons for the arrangements of the views */
export function layoutChoice(view) {
    return choice('Views', [
        { value: 'multiplanar', text: 'All', title: 'Axial, coronal, sagittal and 3D' }, { value: 'axial', text: 'Axial' }, { value: 'coronal', text: 'Coronal' },
        { value: 'sagittal', text: 'Sagittal' }, { value: 'render', text: '3D' }
    ], 'multiplanar', value => view.setLayout(value));
}
