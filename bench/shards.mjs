/** The same calls in turn on MySQL and on Vitess with one shard and with two, in one run. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { startVitess } from '../scripts/lib/vitess.mjs';
import { median } from './compare.mjs';
import { events, inFlight, START } from './workload.mjs';

const ROUNDS = 5;
const YEAR = 525_600;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };
const names = Array.from({ length: 50 }, (_, index) => `read ${index}`);
const day = (name, steps = 1440) =>
  new Map(Array.from({ length: steps }, (_, minute) => [START + minute * 60, { [name]: [1] }]));

async function milliseconds(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The measures: the number of units in a call, and the call on a timeseries. */
const measures = {
  'single insert, 8 writers': [
    200,
    (hits, round) =>
      Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let index = 0; index < 25; index++) {
            const timestamp = START + round * 25 + index;
            await hits.insert(`page ${writer}`, 1, { timestamp });
          }
        }),
      ),
  ],
  '64 in flight, 20 names': [
    512,
    (hits) => inFlight(64, (name, amount, timestamp) => hits.insert(name, amount, { timestamp }))(),
  ],
  'bulk insert of 10,000': [10_000, (hits) => hits.bulkInsert(events())],
  'read of 1,440 buckets': [1, (hits) => hits.series(names[0], 'minute', { start: START, steps: 1440 })],
  'read of 50 names': [
    1,
    (hits) => hits.seriesByName(names, 'hour', { start: START, steps: 24, condense: true }),
  ],
};

async function compare(servers) {
  const opened = [];
  for (const [title, url] of servers) {
    const hits = await new Kairos([sql]).timeseries(url, { type: 'count', tableName: 'bench', intervals });
    for (const name of names) await hits.bulkInsert(day(name));
    opened.push({ title, hits });
  }
  for (const [what, [count, call]] of Object.entries(measures)) {
    const found = new Map(opened.map(({ title }) => [title, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { title, hits } of opened) {
        const took = await milliseconds(() => call(hits, round));
        // The first round warms plans and caches.
        if (round > 0) found.get(title).push(took);
      }
    }
    const figures = [...found].map(([title, all]) => {
      const took = median(all);
      return `${title} ${count === 1 ? `${took.toFixed(1)} ms` : `${Math.round((count * 1000) / took)}/s`}`;
    });
    console.log(`${what}: ${figures.join(', ')}`);
  }
  for (const { hits } of opened) await hits.close();
}

/** Reads a year of minutes at once and deletes a million rows; reports times and this process's memory. */
async function large(url) {
  const minute = { minute: { step: 60 } };
  const hits = await new Kairos([sql]).timeseries(url, {
    type: 'count',
    tableName: 'large',
    intervals: minute,
  });
  const report = (what, took) =>
    console.log(
      `${what}: ${(took / 1000).toFixed(1)} s, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
    );
  for (const name of ['one', 'two']) {
    const year = day(name, YEAR);
    report(`insert of ${YEAR} buckets`, await milliseconds(() => hits.bulkInsert(year)));
  }
  const range = { start: START, steps: YEAR };
  report(`read of ${YEAR} buckets`, await milliseconds(() => hits.series('one', 'minute', range)));
  const collapsed = () => hits.series('one', 'minute', { ...range, collapse: true });
  report('the same, collapsed', await milliseconds(collapsed));
  report(`delete of a name with ${YEAR} rows`, await milliseconds(() => hits.delete('one')));
  report(`deleteAll of ${YEAR} rows`, await milliseconds(() => hits.deleteAll()));
  await hits.close();
}

const stops = [];
const folder = await mkdtemp(join(tmpdir(), 'kairos-shards-'));
// The servers run under their own users.
await chmod(folder, 0o755);
const vitess = (shards) =>
  startVitess(join(folder, String(shards)), (stop) => stops.push(stop), { shards }).then(({ url }) => url);
try {
  if (process.argv.includes('--large')) await large(process.env.VITESS_URL ?? (await vitess(2)));
  else {
    await compare([
      ['MySQL', process.env.MYSQL_URL],
      ['one shard', await vitess(1)],
      ['two shards', await vitess(2)],
    ]);
  }
} finally {
  while (stops.length > 0) await stops.pop()();
  await rm(folder, { recursive: true });
}
