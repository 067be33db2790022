/**
 * Renders 10 names of 1,440 points over HTTP: Kairos on SQLite beside graphite-web on Whisper, with the same
 * data and targets, in alternating rounds. Each server is a process of its own; graphite-web runs on Django's
 * own server.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { median } from './compare.mjs';

const { GRAPHITE_URL, GRAPHITE_FOLDER } = process.env;
if (GRAPHITE_URL === undefined) throw new Error('run with: npm run bench render');

const NAMES = 10;
const POINTS = 1440;
const ROUNDS = 15;
const AT_MOST = 0.5;
const until = Math.floor(Date.now() / 60_000) * 60 - 60;
const from = until - POINTS * 60;

const points = (name) =>
  Array.from({ length: POINTS }, (_, at) => [from + (at + 1) * 60, ((at * (name + 3)) % 97) / 4]);
const names = Array.from({ length: NAMES }, (_, name) => `server${name}.load`);

const folder = await mkdtemp(join(tmpdir(), 'kairos-render-'));
const file = `sqlite:${join(folder, 'load.sqlite')}`;
const load = await new Kairos([sql]).timeseries(file, {
  type: 'gauge',
  intervals: { minute: { step: 60, steps: 2880 }, hour: { step: 3600 } },
});
for (const [index, name] of names.entries()) {
  await load.bulkInsert(new Map(points(index).map(([time, value]) => [time, { [name]: [value] }])));
}
await writeWhisper();

await load.close();

const server = fork(new URL('render-server.mjs', import.meta.url), [file]);
const [port] = await once(server, 'message');
const ours = `http://127.0.0.1:${port}`;

for (const [title, target, count] of [
  ['10 names', 'load.*.load', NAMES],
  ['their sum', 'sumSeries(load.*.load)', 1],
  ['moving averages of them', "movingAverage(load.*.load,'10min')", NAMES],
]) {
  await compare(title, target, count);
}

server.kill();
await rm(folder, { recursive: true });

async function compare(title, target, count) {
  const query = new URLSearchParams({ target, from, until, format: 'json', maxDataPoints: POINTS });
  const milliseconds = { kairos: [], graphite: [] };
  for (let round = -2; round < ROUNDS; round++) {
    for (const [who, address] of [
      ['kairos', ours],
      ['graphite', GRAPHITE_URL],
    ]) {
      const started = performance.now();
      const series = await (await fetch(`${address}/render?${query}&noCache=1`)).json();
      const took = performance.now() - started;
      if (series.length !== count || series[0].datapoints.length !== POINTS) {
        throw new Error(
          `${who} answers with ${series.length} series of ${series[0]?.datapoints.length} points`,
        );
      }
      if (round >= 0) milliseconds[who].push(took);
    }
  }
  const [kairos, theirs] = [median(milliseconds.kairos), median(milliseconds.graphite)];
  const part = kairos / theirs;
  console.log(
    `${title}: ${kairos.toFixed(1)} ms, graphite-web ${theirs.toFixed(1)} ms: ${part.toFixed(2)} of its time (at most ${AT_MOST})`,
  );
  if (part > AT_MOST) process.exitCode = 1;
}

function writeWhisper() {
  const program = fileURLToPath(new URL('../scripts/services/write-whisper.py', import.meta.url));
  const files = names.map((name, index) => [
    `load.${name}`,
    { archives: [[60, 2880]], points: points(index) },
  ]);
  return new Promise((resolve, reject) => {
    const child = execFile('/usr/bin/python3', [program, GRAPHITE_FOLDER], (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin.end(JSON.stringify(Object.fromEntries(files)));
  });
}
