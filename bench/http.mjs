/** The JSON API over SQLite: how long a client waits for 10 names with 1,440 points each. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kairos } from '@kairos/core';
import { createHandler, toNodeListener } from '@kairos/http';
import { sql } from '@kairos/sql';
import { measure } from 'mitata';
import { printTable } from './compare.mjs';

const NAMES = 10;
const POINTS = 1440;
const START = 1_700_000_040;

const folder = await mkdtemp(join(tmpdir(), 'kairos-bench-'));
const names = Array.from({ length: NAMES }, (_, index) => `server${index}.load`);
const kairos = new Kairos([sql]);
const load = await kairos.timeseries(`sqlite:${join(folder, 'load.sqlite')}`, {
  type: 'gauge',
  intervals: { minute: { step: 60 } },
});
const points = Array.from({ length: POINTS }, (_, point) => [
  START + point * 60,
  Object.fromEntries(names.map((name, index) => [name, [(point * (index + 7)) % 1000]])),
]);
await load.bulkInsert(new Map(points));

const handler = createHandler({ load });
const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
await once(server, 'listening');
const query = new URLSearchParams([
  ...names.map((name) => ['name', name]),
  ['interval', 'minute'],
  ['start', START],
  ['steps', POINTS],
  ['byName', 'true'],
]);
const path = `/api/load/series?${query}`;
const url = `http://127.0.0.1:${server.address().port}${path}`;

const rendered = await (await fetch(url)).json();
const got = Object.values(rendered).reduce((sum, series) => sum + series.length, 0);
if (got !== NAMES * POINTS) throw new Error(`The answer has ${got} points; expected ${NAMES * POINTS}`);

const range = { start: START, steps: POINTS };
const ways = {
  'the read alone (seriesByName)': () => load.seriesByName(names, 'minute', range),
  'the handler': async () => (await handler(new Request(url))).text(),
  'over HTTP, from Node to Node': async () => (await fetch(url)).text(),
};
const rows = [{ name: '', median: 'median', p99: '99 %' }];
for (const [name, work] of Object.entries(ways)) {
  const { p50, p99 } = await measure(work, { min_cpu_time: 3e9, min_samples: 100, warmup_samples: 20 });
  rows.push({ name, median: `${(p50 / 1e6).toFixed(1)} ms`, p99: `${(p99 / 1e6).toFixed(1)} ms` });
}
console.log(`\nHTTP: ${NAMES} names with ${POINTS} points each, from SQLite, as JSON`);
printTable(rows);

server.close();
server.closeAllConnections();
await load.close();
await rm(folder, { recursive: true });
