/**
 * A process that opens timeseries, uses them and closes them, again and again, and reports what it holds in
 * between. `resources.mjs` forks it.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkInsertError, StorageError } from '@kairos/core';
import { openAll } from '../open.mjs';

const { store, address, ports, seconds } = JSON.parse(process.argv[2]);

/** Time within which unused resources are released, in milliseconds. */
const QUIET = 200;

/**
 * Maximum number of visits per run. They are spread over the whole run, so that a long one leaves the machine
 * to others.
 */
const MOST_VISITS = 2000;

/** After this many visits, anything left behind comes from every visit. */
const FIRST_VISITS = 10;

let visits = 0;
let failures = 0;
const start = Math.floor(Date.now() / 60_000) * 60;
const end = Date.now() + seconds * 1000;

/** Opens, makes one call of each kind, and closes. A slow server may make some of these fail. */
async function visit() {
  visits++;
  try {
    const { opened, close } = await openAll(store, address);
    try {
      for (const [type, timeseries] of Object.entries(opened)) await use(type, timeseries);
    } finally {
      await close();
    }
  } catch (error) {
    if (!(error instanceof StorageError || error instanceof BulkInsertError)) throw error;
    failures++;
  }
}

/** It abandons an `iterate` halfway. */
async function use(type, timeseries) {
  const insert = (minute) => timeseries.insert('visitor', minute, { timestamp: start + minute * 60 });
  const inserts = Array.from({ length: 20 }, (_, minute) => insert(minute + 1));
  await Promise.allSettled(inserts);
  await Promise.all(inserts);
  await timeseries.bulkInsert(new Map([[start, { visitor: [1], [`visitor of ${type}`]: [2] }]]));
  await timeseries.series('visitor', 'minute', { start, steps: 20 });
  await timeseries.list({ prefix: 'visitor' });
  for await (const _ of timeseries.iterate('visitor', 'minute')) break;
  await timeseries.delete('visitor');
}

function sample() {
  globalThis.gc();
  const handles = process.getActiveResourcesInfo().filter((each) => each !== 'PipeWrap');
  return {
    visits,
    failures,
    heap: process.memoryUsage().heapUsed,
    handles: handles.length,
    connections: ports.length === 0 ? null : connectionsTo(ports),
  };
}

/** Number of TCP connections from this machine to the server. */
function connectionsTo(remotes) {
  const ends = remotes.map((port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  const ESTABLISHED = '01';
  const CLOSE_WAIT = '08';
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8').split('\n').slice(1),
  );
  return lines.filter((line) => {
    const [, , there, state] = line.trim().split(/\s+/);
    return ends.some((end) => there?.endsWith(end)) && (state === ESTABLISHED || state === CLOSE_WAIT);
  }).length;
}

const samples = [];
for (let third = 0; third <= 3; third++) {
  // The first visits load what stays in memory: drivers and compiled code.
  do {
    const began = Date.now();
    await visit();
    await sleep(began + (seconds * 1000) / MOST_VISITS - Date.now());
  } while (visits < FIRST_VISITS || Date.now() < end - ((3 - third) * seconds * 1000) / 3);
  await sleep(QUIET);
  samples.push(sample());
}
process.send(samples, () => process.disconnect());
