/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

/**
 * Makes an element. Texts are set as texts: names from files never become markup.
 *
 * @param {string} tag name, with classes after dots, such as div.nn-row
 * @param {object} [properties] of the element
 * @param {...(Node|string|null)} children those that are null are left out
 */
export function element(tag, properties = {}, ...children) {
    const [name, ...classes] = tag.split('.');
    const made = Object.assign(document.createElement(name), properties);
    made.classList.add(...classes);
    made.append(...children.filter(child => child !== null));
    return made;
}

/** @returns a section of the panel that can be folded */
export function section(title, ...children) {
    return element('details.nn-section', { open: true }, element('summary', {}, title), ...children);
}

/** @param rows pairs of a word and a text or element; those without text are left out */
export function facts(rows) {
    const list = element('dl.nn-facts');
    for (const [word, text] of rows) {
        if (text !== undefined && text !== null && text !== '') {
            list.append(element('dt', {}, word), element('dd', {}, text));
        }
    }

    return list;
}

/** @returns a row with a label, a slider and a field for a number, and a function that sets both; onInput gets the number */
export function slider(label, { min, max, step, digits = 0 }, onInput) {
    const range = element('input', { type: 'range', min, max, step, ariaLabel: label });
    const field = element('input.nn-number', { type: 'number', step: 'any', ariaLabel: `${label}, as a number` });
    const show = value => {
        range.value = value;
        field.value = Number(value).toFixed(digits);
    };
    range.addEventListener('input', () => {
        show(range.value);
        onInput(Number(range.value));
    });
    field.addEventListener('change', () => {
        if (Number.isFinite(field.valueAsNumber)) {
            range.value = field.valueAsNumber;
            onInput(field.valueAsNumber);
        }
    });
    return { row: element('label.nn-slider', {}, element('span', {}, label), range, field), show };
}

/** @returns a group of buttons of which one is pressed; onChoose gets its value */
export function choice(label, options, chosen, onChoose) {
    const group = element('div.nn-choice', { role: 'group', ariaLabel: label });
    for (const { value, text, title } of options) {
        const button = element('button', { type: 'button', title: title ?? '', ariaPressed: String(value === chosen) }, text);
        button.dataset.value = value;
        button.addEventListener('click', () => {
            for (const other of group.children) {
                other.ariaPressed = String(other === button);
            }

            onChoose(value);
        });
        group.append(button);
    }

    return group;
}
