/**
 * Lines of one Carbon connection: `kairos serve` into SQLite, Redis and PostgreSQL beside carbon-cache into Whisper.
 * Every name is there already, with an earlier point. Each keeps a point every 10 s for a day and minutes for a week: two
 * intervals, two archives.
 *
 * The clock runs from the first byte until the last point is stored. carbon-cache is done when the last point is in its
 * file, which it does not flush; its default limits (500 files a second) are lifted. Kairos is done when its store has
 * acknowledged the last line: with the default durability, PostgreSQL has flushed it by then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { sql } from '@kairos/sql';
import pg from 'pg';
import { removeFolder, temporaryFolder } from '../scripts/lib/server.mjs';
import { startCarbonCache } from './carbon-cache.mjs';
import { median, printTable } from './compare.mjs';

const NAMES = Array.from({ length: 1000 }, (_, index) => `servers.web-${index}.requests.rate`);
const POINTS = 600;
const ROUNDS = 3;
const STEP = 10;
const END = Math.floor(Date.now() / 60_000) * 60;
const START = END - POINTS * STEP;

const bin = join(
  dirname(createRequire(import.meta.url).resolve('@kairos/cli/package.json')),
  'dist',
  'bin.js',
);
const intervals = { point: { step: STEP, steps: 8640 }, minute: { step: 60, steps: 10_080 } };
const bytes = Buffer.from(
  Array.from({ length: POINTS }, (_, index) =>
    NAMES.map((name, number) => `${name} ${(number * 7 + index) % 1000}.5 ${START + index * STEP}\n`).join(
      '',
    ),
  ).join(''),
);
const lines = NAMES.length * POINTS;
const first = Buffer.from(NAMES.map((name) => `${name} 1 ${START - STEP}\n`).join(''));

/** Sends some lines over one connection. */
async function send(port, text) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

/** Milliseconds of CPU that a process has used, with all its threads. */
async function cpuOf(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/**
 * Lines per second of a server that listens on a port, and the microseconds of CPU that its process takes for each;
 * `stored` tells when so many points of each name were stored.
 */
async function measure({ port, pid }, stored) {
  await send(port, first);
  await stored(1, START - STEP - 1, START - STEP);
  const before = await cpuOf(pid);
  const started = Date.now();
  await send(port, bytes);
  const ended = await stored(POINTS, START - 1, END - 1);
  const cpu = ((await cpuOf(pid)) - before) / lines;
  return { rate: (lines / (ended - started)) * 1000, cpu: cpu * 1000 };
}

async function carbonCache() {
  const folder = await temporaryFolder('carbon');
  const server = await startCarbonCache(folder, `${STEP}s:1d,60s:7d`);
  try {
    const measured = await measure(server, (points, since, until) =>
      server.stored(NAMES, points, since, until),
    );
    return { ...measured, lost: lines - (await server.count(NAMES, START - 1, END - 1)) };
  } finally {
    await server.stop();
    await removeFolder(folder);
  }
}

/** `clear` removes what was stored, unless it goes with the folder. */
async function kairosServe(sourceIn, place, clear = async () => {}) {
  const folder = await temporaryFolder('serve');
  const source = sourceIn(folder);
  const timeseries = await new Kairos([sql, redis]).timeseries(source, {
    type: 'gauge',
    intervals,
    ...place,
  });
  const option = Object.entries(place).flatMap(([name, value]) => ['--option', `${name}=${value}`]);
  const args = ['serve', `all=${source}`, '--type', 'gauge', ...option];
  const child = spawn(process.execPath, [bin, ...args, '--listen', '127.0.0.1:0', '--carbon', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
    const portOf = (title) => new RegExp(`${title}: listening on \\S+:(\\d+)`).exec(log)?.[1];
    while (portOf('http') === undefined || portOf('carbon') === undefined) {
      if (child.exitCode !== null) throw new Error(log);
      await sleep(20);
    }
    const status = `http://127.0.0.1:${portOf('http')}/api/status`;
    const listening = { port: Number(portOf('carbon')), pid: child.pid };
    const measured = await measure(listening, async (points) => {
      const expected = NAMES.length * (points === 1 ? 1 : points + 1);
      for (;;) {
        const { carbon } = (await (await fetch(status)).json()).listeners;
        if (carbon.lines === expected && carbon.waiting === 0) return Date.now();
        await sleep(10);
      }
    });
    const found = await timeseries.seriesByName(NAMES, 'point', { start: START, steps: POINTS });
    const kept = [...found.values()]
      .flatMap((series) => [...series.values()])
      .filter((each) => each !== null);
    return { ...measured, lost: lines - kept.length };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await clear(timeseries);
    await timeseries.close();
    await removeFolder(folder);
  }
}

const space = `bench_${process.pid}`;

/** Deleted rows would stay in the index until a vacuum, in the way of the next round. */
async function dropTables() {
  const client = new pg.Client(process.env.POSTGRES_URL);
  await client.connect();
  const { rows } = await client.query('select tablename from pg_tables where starts_with(tablename, $1)', [
    space,
  ]);
  for (const { tablename } of rows) await client.query(`drop table "${tablename}"`);
  await client.end();
}

const sides = {
  'carbon-cache into Whisper': carbonCache,
  'kairos serve into SQLite': () =>
    kairosServe((folder) => `sqlite:${join(folder, 'bench.sqlite')}`, { tableName: space }),
  'kairos serve into Redis': () =>
    kairosServe(
      () => process.env.REDIS_URL,
      { prefix: space },
      (timeseries) => timeseries.deleteAll(),
    ),
  'kairos serve into PostgreSQL': () =>
    kairosServe(() => process.env.POSTGRES_URL, { tableName: space }, dropTables),
};
const wanted = process.argv.slice(2);
const results = new Map();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(sides)) {
    if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue;
    const result = await run();
    process.stderr.write(
      `  ${name}: ${Math.round(result.rate)} lines/s, ${result.cpu.toFixed(1)} µs of CPU a line, ${result.lost} lost\n`,
    );
    results.set(name, [...(results.get(name) ?? []), result]);
  }
}

const rateOf = (of) => median(of.map(({ rate }) => rate));
const cpuOfAll = (of) => median(of.map(({ cpu }) => cpu));
const whisper = rateOf(results.get('carbon-cache into Whisper') ?? [{ rate: Number.NaN }]);
let missed = 0;
const rows = [...results].map(([name, of]) => {
  const rate = rateOf(of);
  const lost = of.reduce((sum, each) => sum + each.lost, 0);
  const isMet = name.startsWith('carbon') || (rate >= whisper && lost === 0);
  if (!isMet) missed++;
  return {
    name,
    rate: `${Math.round(rate)} lines/s`,
    ratio: `${(rate / whisper).toFixed(2)} ×`,
    cpu: `${cpuOfAll(of).toFixed(1)} µs`,
    lost: String(lost),
    met: isMet ? 'yes' : 'NO',
  };
});
console.log(`\nOne Carbon connection, ${lines} lines of ${NAMES.length} names, until all are stored`);
printTable([
  { name: '', rate: 'rate', ratio: 'ratio', cpu: 'CPU a line', lost: 'lost', met: 'met' },
  ...rows,
]);
process.exitCode = missed > 0 ? 1 : 0;
