/**
 * Kairos beside its alternatives: writes 200,000 hits of 20 pages over a day in batches of 10,000, then reads
 * the hits of one page by minute and of every page by hour. Each side uses its usual interface and default
 * durability:
 * node bench/peers.mjs [events] [side …]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../scripts/lib/unavailable.mjs';
import { median, printTable } from './compare.mjs';
import { influxdb } from './peers/influxdb.mjs';
import { batchesOfDay, hitsBy, PAGES } from './peers/job.mjs';
import { onMysql, onPostgres, onRedis, onSqlite } from './peers/kairos.mjs';
import { rrdtool } from './peers/rrdtool.mjs';
import { timescaledb } from './peers/timescaledb.mjs';
import { victoriaMetrics } from './peers/victoria-metrics.mjs';
import { whisper } from './peers/whisper.mjs';

const ROUNDS = 3;
const READS = 20;
/** Seconds for a server to write everything to disk before its bytes are counted. */
const SETTLED = 6;

const [, , first = '200000', ...others] = process.argv;
const isCount = /^\d+$/.test(first);
const COUNT = isCount ? Number(first) : 200_000;
const wanted = isCount ? others : [first, ...others];
const batches = batchesOfDay(COUNT);
const events = batches.flat();
const expected = { minutes: hitsBy(60, events), hours: hitsBy(3600, events) };

const { POSTGRES_URL, VALKEY_URL, REDIS_URL, MYSQL_URL, MARIADB_URL } = process.env;
const { TIMESCALEDB_URL, INFLUXDB_URL, VICTORIA_METRICS_URL } = process.env;
const candidates = {
  sqlite: { start: onSqlite, isThere: true },
  postgres: { start: onPostgres, isThere: POSTGRES_URL },
  redis: { start: onRedis, isThere: VALKEY_URL ?? REDIS_URL },
  mysql: { start: onMysql, isThere: MYSQL_URL ?? MARIADB_URL },
  timescaledb: { start: timescaledb, isThere: TIMESCALEDB_URL },
  influxdb: { start: influxdb, isThere: INFLUXDB_URL },
  'victoria-metrics': { start: victoriaMetrics, isThere: VICTORIA_METRICS_URL },
  rrdtool: { start: rrdtool, isThere: true },
  whisper: { start: whisper, isThere: true },
};

/** Starts every available side and prints why the others are left out. */
async function startSides() {
  const sides = [];
  for (const [key, { start, isThere }] of Object.entries(candidates)) {
    if (wanted.length > 0 && !wanted.includes(key)) continue;
    try {
      if (!isThere) throw new Error('the environment lacks its address');
      sides.push({ ...(await start(batches)), rates: [], minutes: [], hours: [], bytes: [], wrong: [] });
    } catch (error) {
      console.log(`– ${key} is left out: ${reasonOf(error)}`);
    }
  }
  return sides;
}

/** An answer and its milliseconds, by this process's clock or by the side's own program. */
async function timed(store, work) {
  const started = performance.now();
  const answer = await work();
  const milliseconds = performance.now() - started;
  return { answer, milliseconds: store.ownTime?.() ?? milliseconds };
}

/** Whether the answer has exactly the hits written. A side may omit an empty interval, or report it as 0 or null. */
function agree(found, hits) {
  const near = (a, b) => Math.abs(a - b) < 1e-6;
  const said = [...found].filter(([, value]) => Number.isFinite(value) && !near(value, 0));
  return said.length === hits.size && said.every(([start, value]) => near(value, hits.get(start) ?? -1));
}

/** Checks every answer of a store before any of its times count. */
async function check(store, { name, wrong }) {
  for (const page of PAGES) {
    if (!agree(await store.byMinute(page), expected.minutes.get(page))) wrong.push(`${page} by minute`);
  }
  const pages = await store.byHour();
  for (const page of PAGES) {
    if (!agree(pages.get(page), expected.hours.get(page))) wrong.push(`${page} by hour`);
  }
  if (wrong.length > 0) console.log(`– ${name} answers with wrong hits: ${wrong.join(', ')}`);
}

/** Writes everything once into an empty store, checks its answers, and times reads. */
async function measureRound(side, round) {
  const store = await side.open(round);
  try {
    let milliseconds = 0;
    for (const batch of batches) {
      milliseconds += (await timed(store, () => store.write(batch))).milliseconds;
    }
    side.rates.push((COUNT / milliseconds) * 1000);
    await store.settle?.();
    await check(store, side);
    if (side.wrong.length > 0) return;
    for (let read = 0; read < READS; read++) {
      const page = PAGES[(read * 7) % PAGES.length];
      side.minutes.push((await timed(store, () => store.byMinute(page))).milliseconds);
      side.hours.push((await timed(store, () => store.byHour())).milliseconds);
    }
    if (round === ROUNDS - 1) await sleep(SETTLED * 1000);
    side.bytes.push(await store.bytes());
  } finally {
    await store.close();
  }
}

function rowOf({ name, rates, minutes, hours, bytes, inMemory, wrong }) {
  if (wrong.length > 0) return { name, rate: 'wrong', minute: '', hour: '', bytes: '' };
  return {
    name,
    rate: grouped(median(rates)),
    minute: median(minutes).toFixed(1),
    hour: median(hours).toFixed(1),
    bytes: `${grouped(bytes.at(-1) / 1000)} kB${inMemory ? ' of memory' : ''}`,
  };
}

function grouped(number) {
  return Math.round(number).toLocaleString('en-US');
}

const sides = await startSides();
for (let round = 0; round < ROUNDS; round++) {
  for (const side of sides) {
    if (side.wrong.length > 0) continue;
    await measureRound(side, round);
    process.stderr.write(`  round ${round + 1}: ${side.name}, ${grouped(side.rates.at(-1))} events/s\n`);
  }
}
for (const side of sides) await side.close?.();

console.log(`\n${grouped(COUNT)} hits of ${PAGES.length} pages over a day, in ${batches.length} batches`);
printTable([
  { name: '', rate: 'events/s', minute: 'by minute, ms', hour: 'by hour, ms', bytes: 'on disk' },
  ...sides.map(rowOf),
]);
if (sides.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
