/** Redis: Kairos beside hand-written ioredis code with the same buckets, expiry and atomicity. */
import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Redis } from 'ioredis';
import { addAlone, addBulk, addInFlight, addRead, addSingle } from './common-rows.mjs';
import { Comparison } from './compare.mjs';
import { START } from './workload.mjs';

const url = process.env.REDIS_URL;
const intervals = {
  minute: { step: 60, steps: 10_080 },
  hour: { step: 3600, steps: 720, resolution: 60 },
  day: { step: 86_400, steps: 365 },
};

const kairos = new Kairos([redis]);
const hits = await kairos.timeseries(url, { type: 'count', intervals, prefix: 'bench' });
const client = new Redis(url);
const pipelining = new Redis(url, { enableAutoPipelining: true });

/** The buckets of an event: key, field if it is a hash, expiry. */
function buckets(name, timestamp) {
  const minute = Math.floor(timestamp / 60);
  const hour = Math.floor(timestamp / 3600);
  const day = Math.floor(timestamp / 86_400);
  return [
    [`hand:${name}:minute:${minute}`, null, (minute + 10_080) * 60],
    [`hand:${name}:hour:${hour}`, minute, (hour + 720) * 3600],
    [`hand:${name}:day:${day}`, null, (day + 365) * 86_400],
  ];
}

function add(commands, [key, field, at], amount) {
  if (field === null) commands.incrby(key, amount);
  else commands.hincrby(key, field, amount);
  commands.expireat(key, at);
}

async function insertByHand(name, amount, timestamp) {
  const transaction = client.multi();
  for (const bucket of buckets(name, timestamp)) add(transaction, bucket, amount);
  for (const [error] of await transaction.exec()) if (error) throw error;
}

/** Not atomic: ioredis pipelines these commands by itself. */
async function insertPipelining(name, amount, timestamp) {
  await Promise.all(
    buckets(name, timestamp).flatMap(([key, field, at]) => [
      field === null ? pipelining.incrby(key, amount) : pipelining.hincrby(key, field, amount),
      pipelining.expireat(key, at),
    ]),
  );
}

async function bulkByHand(inserts) {
  const totals = new Map();
  for (const [timestamp, named] of inserts) {
    for (const [name, amounts] of Object.entries(named)) {
      for (const bucket of buckets(name, timestamp)) {
        const id = `${bucket[0]} ${bucket[1]}`;
        const known = totals.get(id) ?? { bucket, amount: 0 };
        totals.set(id, known);
        for (const amount of amounts) known.amount += amount;
      }
    }
  }
  const pipeline = client.pipeline();
  for (const { bucket, amount } of totals.values()) add(pipeline, bucket, amount);
  for (const [error] of await pipeline.exec()) if (error) throw error;
}

async function readByHand(first, last) {
  const minutes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const amounts = await client.mget(minutes.map((minute) => `hand:read:minute:${minute}`));
  return minutes.map((minute, index) => [minute, Number(amounts[index] ?? 0)]);
}

const comparison = new Comparison('Redis, beside ioredis by hand (a count with three intervals)');
await addSingle(comparison, hits, insertByHand, { atLeast: 0.7 });
await addInFlight(comparison, hits, insertByHand, { beside: 'MULTI', atLeast: 1.8 });
await addInFlight(comparison, hits, insertPipelining, { beside: 'autopipelining', atLeast: 1.8 });
await addAlone(comparison, hits);
await addBulk(comparison, hits, bulkByHand, { atLeast: 0.7 });
await addRead(comparison, hits, { bulkInsert: bulkByHand, read: readByHand }, { atMost: 1.1 });
// With the caller's own function, Kairos reads every bucket; otherwise the server adds up.
const eachRead = { processRow: (count) => count };
const year = await kairos.timeseries(url, {
  type: 'count',
  intervals: { minute: { step: 60 }, day: { step: 86_400, resolution: 60 } },
  prefix: 'bench-year',
});
const YEAR = START - 365 * 86_400;
for (let day = 0; day < 365; day++) {
  await year.bulkInsert(
    new Map(
      Array.from({ length: 1440 }, (_, index) => [YEAR + day * 86_400 + index * 60, { read: [index] }]),
    ),
  );
}
const fewSamples = { min_cpu_time: 0, min_samples: 3, warmup_samples: 1 };
for (const [title, interval, options] of [
  ['collapse of 525,600 buckets, beside a read of each', 'minute', { steps: 525_600, collapse: true }],
  ['condense of 525,600 buckets to days, beside a read of each', 'day', { steps: 365, condense: true }],
]) {
  const read = (more) => year.series('read', interval, { start: YEAR, ...options, ...more });
  await comparison.add(title, {
    kairos: () => read({}),
    byHand: () => read(eachRead),
    atMost: 0.5,
    rounds: 3,
    options: fewSamples,
  });
}
await year.deleteAll();
await year.close();
const missed = comparison.print();

await hits.deleteAll();
await hits.close();
client.disconnect();
pipelining.disconnect();
process.exitCode = missed > 0 ? 1 : 0;
