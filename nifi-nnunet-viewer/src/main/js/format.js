/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

/** @returns a size in the unit that suits it, such as 12.3 MiB */
export function bytes(count) {
    const units = ['bytes', 'KiB', 'MiB', 'GiB'];
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }

    return unit === 0 ? `${value} bytes` : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** @returns a number with at most four significant digits, and no more zeros than it needs */
export function number(value) {
    if (!Number.isFinite(value)) {
        return String(value);
    }

    if (Number.isInteger(value) && Math.abs(value) < 1e9) {
        return String(value).replace('-', '−');
    }

    return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** @returns millimetres with one decimal */
export function millimetres(value) {
    // Without the addition there would be a negative zero.
    return (Math.round(value * 10) / 10 + 0).toFixed(1).replace('-', '−');
}

/** @returns a volume in the unit that suits it, of so many voxels of so many cubic millimetres */
export function volume(voxels, voxelVolume) {
    const cubicMillimetres = voxels * voxelVolume;
    return cubicMillimetres >= 1000 ? `${number(cubicMillimetres / 1000)} ml` : `${number(cubicMillimetres)} mm³`;
}

/** @returns sizes with a multiplication sign between */
export function times(values) {
    return values.map(number).join(' × ');
}

/** @returns the anatomical directions that x, y and z rise to, such as RAS */
export function orientation(affine) {
    const letters = ['LR', 'PA', 'IS'];
    return [0, 1, 2].map(axis => {
        const column = affine.map(row => row[axis]);
        const world = column.map(Math.abs).indexOf(Math.max(...column.map(Math.abs)));
        return letters[world][column[world] > 0 ? 1 : 0];
    }).join('');
}
