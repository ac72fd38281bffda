/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { DRAG_MODE, MULTIPLANAR_TYPE, NVImage, Niivue, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue';

const LAYOUTS = new Map([
    ['multiplanar', SLICE_TYPE.MULTIPLANAR], ['axial', SLICE_TYPE.AXIAL], ['coronal', SLICE_TYPE.CORONAL],
    ['sagittal', SLICE_TYPE.SAGITTAL], ['render', SLICE_TYPE.RENDER]
]);
const CROSSHAIR = [0.59, 0.82, 0.82, 0.9];
/** Of the letters for the sides of the body: read on black as on white. */
const LETTERS = [0.94, 0.33, 0.25, 1];
const LETTER_PIXELS = 16;
const RIGHT_BUTTON = 2;
const IMAGE = 0;
const LABEL = 1;

/** An image with a label map over it, drawn by NiiVue. All that this project wants of NiiVue is here. */
export class ScanView {
    #niivue;
    #opacity = 0.6;
    #overlayShown = true;
    #onWindow;

    /**
     * @param onMove   told the crosshair's place in mm [x, y, z]
     * @param onWindow told when the mouse changes the window
     */
    constructor({ onMove, onWindow }) {
        this.#niivue = new Niivue({
            logLevel: 'error',
            backColor: [0.05, 0.06, 0.07, 1],
            crosshairColor: CROSSHAIR,
            crosshairWidth: 0.25,
            crosshairWidthUnit: 'percent',
            fontColor: LETTERS,
            fontMinPx: LETTER_PIXELS,
            showAllOrientationMarkers: true,
            isOrientCube: false,
            show3Dcrosshair: true,
            multiplanarShowRender: SHOW_RENDER.NEVER,
            multiplanarPadPixels: 6,
            dragMode: DRAG_MODE.windowing,
            dragAndDropEnabled: false,
            isRadiologicalConvention: true,
            sagittalNoseLeft: false,
            loadingText: ''
        });
        this.#niivue.onLocationChange = location => onMove(Array.from(location.mm).slice(0, 3));
        this.#onWindow = onWindow;
    }

    /** @throws if the browser has no WebGL 2 */
    async attach(canvas) {
        await this.#niivue.attachToCanvas(canvas, true);
        canvas.addEventListener('mousemove', event => {
            if ((event.buttons & RIGHT_BUTTON) !== 0) {
                this.#onWindow();
            }
        });
        await this.#niivue.setVolumeRenderIllumination(0.4);
    }

    /** @returns the longest side that a volume may have here */
    get longestSide() {
        const { gl } = this.#niivue;
        return gl.getParameter(gl.MAX_3D_TEXTURE_SIZE);
    }

    /**
     * Draws an image, and what was over it stays.
     *
     * @param {ArrayBuffer} file NIfTI of one volume
     */
    async showImage(file, name) {
        const image = await NVImage.new(file, `${name}.nii`, 'gray');
        this.#put([image, ...this.#niivue.volumes.slice(LABEL)]);
    }

    /**
     * Draws an image with a label map over it.
     *
     * @param {ArrayBuffer} file NIfTI of one volume
     * @param {ArrayBuffer} labelFile NIfTI of class values
     * @param colours as labelColours gives them
     * @param mm where the crosshair goes
     */
    async show(file, labelFile, colours, mm) {
        const volumes = [await NVImage.new(file, 'image.nii', 'gray')];
        if (labelFile !== null) {
            const label = await NVImage.new(labelFile, 'label.nii', 'gray', this.#overlayOpacity);
            label.setColormapLabel(colours);
            volumes.push(label);
        }

        this.#put(volumes);
        this.moveTo(mm);
    }

    /** All at once: NiiVue would draw the scene anew for each that is taken away or added. */
    #put(volumes) {
        const niivue = this.#niivue;
        niivue.volumes = volumes;
        niivue.back = volumes[IMAGE];
        niivue.overlays = volumes.slice(LABEL);
        niivue.updateGLVolume();
    }

    recolour(colours) {
        this.#niivue.volumes[LABEL].setColormapLabel(colours);
        this.#niivue.updateGLVolume();
    }

    get #overlayOpacity() {
        return this.#overlayShown ? this.#opacity : 0;
    }

    setOverlay(shown, opacity) {
        this.#overlayShown = shown;
        this.#opacity = opacity;
        if (this.#niivue.volumes.length > LABEL) {
            this.#niivue.setOpacity(LABEL, this.#overlayOpacity);
        }
    }

    setLayout(name) {
        this.#niivue.setSliceType(LAYOUTS.get(name));
    }

    /** Whether the 3D view is drawn beside the slices: without a GPU it makes them slow. */
    setRenderBeside(shown) {
        this.#niivue.opts.multiplanarShowRender = shown ? SHOW_RENDER.ALWAYS : SHOW_RENDER.NEVER;
        this.#niivue.opts.multiplanarLayout = shown ? MULTIPLANAR_TYPE.GRID : MULTIPLANAR_TYPE.AUTO;
        this.#niivue.drawScene();
    }

    /** @returns milliseconds that it takes to draw what is shown */
    timeToDraw() {
        const { gl } = this.#niivue;
        const pixel = new Uint8Array(4);
        const start = performance.now();
        this.#niivue.drawScene();
        // Waits until the graphics have done it.
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        return performance.now() - start;
    }

    /** @returns lower and upper end of what is shown from black to white, and the ends of the volume's values */
    get window() {
        const image = this.#niivue.volumes[IMAGE];
        return { lower: image.cal_min, upper: image.cal_max, least: image.global_min, most: image.global_max, robust: [image.robust_min, image.robust_max] };
    }

    setWindow(lower, upper) {
        const image = this.#niivue.volumes[IMAGE];
        image.cal_min = lower;
        image.cal_max = upper;
        this.#niivue.updateGLVolume();
    }

    /** Puts the crosshair at a place in mm. */
    moveTo(mm) {
        // True millimetres: without that word NiiVue takes them for those of a grid that is not turned.
        this.#niivue.scene.crosshairPos = this.#niivue.mm2frac(mm, 0, true);
        this.redraw();
    }

    redraw() {
        this.#niivue.drawScene();
        this.#niivue.createOnLocationChange();
    }
}
