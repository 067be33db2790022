/** SQLite: Kairos beside hand-written statements on the same driver, on files with a write-ahead log. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { addAlone, addBulk, addRead, addSingle } from './common-rows.mjs';
import { Comparison, median, printTable } from './compare.mjs';
import { lagDuring } from './lag.mjs';
import { openByHand } from './sqlite-by-hand.mjs';
import { eachTotal } from './totals.mjs';
import { events, intervals, START } from './workload.mjs';

const folder = await mkdtemp(join(tmpdir(), 'kairos-bench-'));

const kairos = new Kairos([sql]);
const hits = await kairos.timeseries(`sqlite:${join(folder, 'kairos.sqlite')}`, { type: 'count', intervals });

const database = await openByHand(join(folder, 'hand.sqlite'));
database.exec('pragma journal_mode = wal; pragma synchronous = normal');
database.exec(`create table hits (
  name text not null, interval text not null, bucket integer not null, resolution integer not null, amount real not null,
  primary key (name, interval, bucket, resolution)) without rowid`);
const upsert = (rows) =>
  database.prepare(`insert into hits values ${Array(rows).fill('(?, ?, ?, ?, ?)').join(', ')}
    on conflict (name, interval, bucket, resolution) do update set amount = amount + excluded.amount`);
const upsertOne = upsert(1);
const upsertThree = upsert(3);
const select = database.rows(
  'select bucket, amount from hits where name = ? and interval = ? and bucket between ? and ? order by bucket',
);

function byHand(name, amount, timestamp) {
  const minute = Math.floor(timestamp / 60);
  const hour = Math.floor(timestamp / 3600);
  const day = Math.floor(timestamp / 86_400);
  // biome-ignore format: one line a row
  upsertThree.run(
    name, 'minute', minute, 0, amount,
    name, 'hour', hour, minute, amount,
    name, 'day', day, 0, amount,
  );
}

const bulkByHand = database.transaction((inserts) => {
  eachTotal(inserts, (...row) => upsertOne.run(...row));
});

const comparison = new Comparison(`SQLite, beside ${database.driver} by hand (a count with three intervals)`);
await addSingle(comparison, hits, byHand, { atLeast: 0.5 });
const turn = Array.from({ length: 64 }, (_, index) => [`page ${index % 20}`, 1, START + index]);
await comparison.add('64 in one turn, 20 names', {
  unit: 'inserts',
  perCall: 64,
  kairos: () =>
    Promise.all(turn.map(([name, amount, timestamp]) => hits.insert(name, amount, { timestamp }))),
  byHand: () => {
    for (const event of turn) byHand(...event);
  },
  atLeast: 4,
});
await addAlone(comparison, hits);
await addBulk(comparison, hits, bulkByHand, { atLeast: 0.7 });
await addRead(
  comparison,
  hits,
  { bulkInsert: bulkByHand, read: (first, last) => select('read', 'minute', first, last) },
  { atMost: 1.5 },
);
let missed = comparison.print();

/** The cost of an insert into new buckets, as the table grows. */
const growing = await kairos.timeseries(`sqlite:${join(folder, 'growing.sqlite')}`, {
  type: 'count',
  intervals: { minute: { step: 60 } },
});
const rows = [{ name: '', kairos: 'one insert' }];
let filled = 0;
for (const size of [10_000, 100_000, 1_000_000]) {
  process.stderr.write(`  filling up to ${size} buckets …\n`);
  for (; filled < size; filled += 10_000) {
    const inserts = new Map();
    for (let index = filled; index < filled + 10_000; index++) {
      inserts.set(START + Math.floor(index / 10) * 60, {
        ...inserts.get(START + Math.floor(index / 10) * 60),
        [`n${index % 10}`]: [1],
      });
    }
    await growing.bulkInsert(inserts);
  }
  const times = [];
  for (let index = 0; index < 3000; index++) {
    const timestamp = START + ((index * 7919) % (size / 10)) * 60;
    const before = performance.now();
    await growing.insert(`n${index % 10}`, 1, { timestamp });
    times.push((performance.now() - before) * 1000);
  }
  rows.push({ name: `${size} buckets`, kairos: `${median(times).toFixed(1)} µs` });
}
console.log('\nCost of an insert as the table grows (median of 3,000 over all its buckets)');
printTable(rows);

/** Starts another process on the file, to see how long it blocks the event loop of this one. */
async function neighbour(...args) {
  const script = fileURLToPath(new URL('sqlite-neighbour.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, join(folder, 'kairos.sqlite'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, ended };
}

const lags = [{ name: '', lag: 'lag', slowest: 'slowest insert', target: 'target', met: 'met' }];
function addLag(name, lag, { slowest, atMost }) {
  const met = atMost === undefined || lag <= atMost;
  if (!met) missed++;
  const milliseconds = (value) => (value === undefined ? '' : `${value.toFixed(0)} ms`);
  const target = atMost === undefined ? '' : `≤ ${milliseconds(atMost)}`;
  const asked = atMost === undefined ? '' : met ? 'yes' : 'NO';
  lags.push({ name, lag: milliseconds(lag), slowest: milliseconds(slowest), target, met: asked });
}

async function timed(insert) {
  const before = performance.now();
  await insert();
  return performance.now() - before;
}

process.stderr.write('  measuring the lag of the event loop …\n');
const { ended } = await neighbour('lock', '3000');
let slowest = 0;
const locked = await lagDuring(async () => {
  slowest = await timed(() => hits.insert('home', 1, { timestamp: START }));
});
addLag('another process holds the lock for 3 s', locked, { slowest, atMost: 50 });
await ended;
const writers = await Promise.all(Array.from({ length: 3 }, () => neighbour('bulk')));
const resting = await lagDuring(() => sleep(5000));
addLag('three others insert in bulk, and this one rests', resting, {});
slowest = 0;
const inserting = await lagDuring(async () => {
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(1)) {
    slowest = Math.max(slowest, await timed(() => hits.insert('home', 1, { timestamp: START })));
  }
});
// If the writers take all cores, this process waits for one whatever it does, so the target adds that wait.
addLag('three others insert in bulk, and this one inserts', inserting, { slowest, atMost: 50 + resting });
for (const { child } of writers) child.kill();
await Promise.all(writers.map((writer) => writer.ended));
addLag(
  'nobody else, and a bulk insert of 10,000 of its own',
  await lagDuring(() => hits.bulkInsert(events())),
  {},
);
console.log('\nLag of the event loop (the most that a timer came too late)');
printTable(lags);

await hits.close();
await growing.close();
database.close();
await rm(folder, { recursive: true });
process.exitCode = missed > 0 ? 1 : 0;
