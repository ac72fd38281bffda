/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * The licence's text is in the file LICENSE at the top of this repository.
 */

import { rest, until } from './browser.js';

/** What a person would not do by hand in a test, by NiFi's REST API. */

/** @returns the id of a new process group */
export async function newGroup(name) {
    const root = await rest('GET', 'flow/process-groups/root');
    const group = await rest('POST', `process-groups/${root.processGroupFlow.id}/process-groups`, {
        revision: { version: 0 }, component: { name, position: { x: 0, y: 0 } }
    });
    return group.id;
}

/** @returns the id of the connection that leaves a processor by this relationship */
export async function connectionFrom(group, processor, relationship) {
    const { connections } = await rest('GET', `process-groups/${group}/connections`);
    return connections.find(({ component }) => component.source.name === processor && component.selectedRelationships.includes(relationship)).id;
}

/** Waits until flowfiles lie behind this processor and nowhere else, and nobody works. */
export async function allBehind(group, processor) {
    await until(`Everything behind ${processor}`, async () => {
        const status = await rest('GET', `flow/process-groups/${group}/status?recursive=true`);
        const { activeThreadCount, connectionStatusSnapshots } = status.processGroupStatus.aggregateSnapshot;
        const full = connectionStatusSnapshots.map(entry => entry.connectionStatusSnapshot).filter(connection => connection.flowFilesQueued > 0);
        return activeThreadCount === 0 && full.length > 0 && full.every(connection => connection.sourceName === processor);
    });
}

/** Stops the group, empties its queues and deletes it. */
export async function remove(id) {
    await rest('PUT', `flow/process-groups/${id}`, { id, state: 'STOPPED', disconnectedNodeAcknowledged: false });
    await until('The processors stop', async () => {
        const status = await rest('GET', `flow/process-groups/${id}/status`);
        return status.processGroupStatus.aggregateSnapshot.activeThreadCount === 0;
    });
    const { dropRequest } = await rest('POST', `process-groups/${id}/empty-all-connections-requests`);
    await until('The queues are empty', async () => (await rest('GET', `process-groups/${id}/empty-all-connections-requests/${dropRequest.id}`)).dropRequest.finished);
    await rest('DELETE', `process-groups/${id}/empty-all-connections-requests/${dropRequest.id}`);
    const { revision } = await rest('GET', `process-groups/${id}`);
    await rest('DELETE', `process-groups/${id}?version=${revision.version}`);
}
