/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentPlace, detailsOf } from '../../main/js/place.js';

const PAGE = 'https://nifi:8443/nifi-nnunet-viewer-0.1.0/';
const FLOW_FILE = 'flowfile-queues/0a1b2c3d-0190-1000-0000-000000000001/flowfiles/0a1b2c3d-0190-1000-0000-000000000002';

function placeOf(reference, more = {}) {
    return contentPlace(`${PAGE}?${new URLSearchParams({ ref: reference, mimeTypeDisplayName: 'nifti', clientId: 'me', ...more })}`);
}

test('a flowfile in a queue has one side', () => {
    const reference = `https://nifi:8443/nifi-api/${FLOW_FILE}/content?clusterNodeId=n1`;
    const place = placeOf(reference);

    assert.equal(place.side, null);
    assert.equal(place.otherSide, null);
    assert.equal(place.content(), `${PAGE}content?${new URLSearchParams({ ref: reference, clientId: 'me' })}`);
    assert.equal(place.details(), `https://nifi:8443/nifi-api/${FLOW_FILE}?clusterNodeId=n1`);
});

test('an event has two sides', () => {
    const place = placeOf('https://nifi:8443/nifi-api/provenance-events/17/content/output');

    assert.equal(place.side, 'output');
    assert.equal(place.otherSide, 'input');
    assert.equal(new URL(place.content('input')).searchParams.get('ref'), 'https://nifi:8443/nifi-api/provenance-events/17/content/input');
    assert.equal(new URL(place.page('input')).searchParams.get('mimeTypeDisplayName'), 'nifti');
    assert.equal(place.details(), 'https://nifi:8443/nifi-api/provenance-events/17');
});

test('nothing is asked of another server, whatever the reference says', () => {
    const place = placeOf(`https://elsewhere/nifi-api/${FLOW_FILE}/content`);

    assert.equal(new URL(place.details()).origin, 'https://nifi:8443');
    assert.equal(new URL(place.content()).origin, 'https://nifi:8443');
});

test('behind a proxy the path before the API is kept', () => {
    assert.equal(new URL(placeOf(`https://nifi:8443/gate/nifi-api/${FLOW_FILE}/content`).details()).pathname, `/gate/nifi-api/${FLOW_FILE}`);
});

test('other references are none', () => {
    assert.equal(contentPlace(PAGE), null);
    assert.equal(placeOf('https://nifi:8443/nifi-api/flow/about'), null);
    assert.equal(placeOf('javascript:alert(1)'), null);
});

test('what NiFi knows of a flowfile and of an event is understood', () => {
    assert.equal(detailsOf({ flowFile: { attributes: { filename: 'a.nii' } } }).attributes.filename, 'a.nii');
    const event = detailsOf({
        provenanceEvent: { componentName: 'Predict', inputContentAvailable: true, outputContentAvailable: true, contentEqual: false, attributes: [{ name: 'filename', value: 'b.nii' }] }
    });
    assert.deepEqual(event, { attributes: { filename: 'b.nii' }, component: 'Predict', eventType: '', bothSides: true });
    assert.equal(detailsOf({ provenanceEvent: { inputContentAvailable: true, outputContentAvailable: true, contentEqual: true } }).bothSides, false);
    assert.deepEqual(detailsOf({}).attributes, {});
});
