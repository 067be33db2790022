/**
 * MongoDB: Kairos beside the driver used by hand, with a document for each bucket and the index for it, in a database of
 * its own.
 */
import { Kairos } from '@kairos/core';
import { mongo } from '@kairos/mongo';
import { Double, MongoClient } from 'mongodb';
import { Comparison } from './compare.mjs';
import { events, inFlight, minutesOfDay, START } from './workload.mjs';

const { MONGO_URL: url } = process.env;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };
const run = Math.floor(Math.random() * 36 ** 6).toString(36);
const databases = { kairos: `kairos_bench_${run}`, byHand: `kairos_bench_hand_${run}` };

const kairos = new Kairos([mongo]);
const hits = await kairos.timeseries(url, { type: 'count', intervals, database: databases.kairos });

const client = new MongoClient(url);
const collection = client.db(databases.byHand).collection('kairos_count');
await collection.createIndex({ name: 1, interval: 1, bucket: 1 });

function upsert(name, interval, bucket, resolution, amount) {
  return {
    updateOne: {
      filter: { _id: JSON.stringify([name, interval, bucket, resolution]) },
      update: {
        $inc: { count: new Double(amount) },
        $setOnInsert: { name, interval, bucket, resolution },
        $unset: { expiresAt: '' },
      },
      upsert: true,
    },
  };
}

function byHand(name, amount, timestamp) {
  const minute = Math.floor(timestamp / 60);
  return collection.bulkWrite(
    [
      upsert(name, 'minute', minute, 0, amount),
      upsert(name, 'hour', Math.floor(timestamp / 3600), minute, amount),
      upsert(name, 'day', Math.floor(timestamp / 86_400), 0, amount),
    ],
    { ordered: false },
  );
}

function add(totals, key, amount) {
  totals.set(key, (totals.get(key) ?? 0) + amount);
}

async function bulkByHand(inserts) {
  const names = new Map();
  for (const [timestamp, named] of inserts) {
    const minute = Math.floor(timestamp / 60);
    for (const [name, amounts] of Object.entries(named)) {
      const totals = names.get(name) ?? { minute: new Map(), hour: new Map(), day: new Map() };
      names.set(name, totals);
      for (const amount of amounts) {
        add(totals.minute, minute, amount);
        add(totals.hour, minute, amount);
        add(totals.day, Math.floor(timestamp / 86_400), amount);
      }
    }
  }
  const updates = [];
  for (const [name, totals] of names) {
    for (const [minute, amount] of totals.minute) updates.push(upsert(name, 'minute', minute, 0, amount));
    for (const [minute, amount] of totals.hour)
      updates.push(upsert(name, 'hour', Math.floor(minute / 60), minute, amount));
    for (const [day, amount] of totals.day) updates.push(upsert(name, 'day', day, 0, amount));
  }
  await collection.bulkWrite(updates, { ordered: false });
}

const { version } = await client.db('admin').command({ buildInfo: 1 });
const comparison = new Comparison(
  `A server that reports MongoDB ${version}, beside the driver by hand (a count with three intervals)`,
);
let tick = 0;
let handTick = 0;
await comparison.add('single insert', {
  unit: 'inserts',
  kairos: () => hits.insert('home', 1, { timestamp: START + tick++ }),
  byHand: () => byHand('home', 1, START + handTick++),
  atLeast: 0.9,
});
await comparison.add('64 in flight, 20 names', {
  unit: 'inserts',
  perCall: 64 * 2,
  kairos: inFlight(64, (name, amount, timestamp) => hits.insert(name, amount, { timestamp }), { each: 2 }),
  byHand: inFlight(64, byHand, { each: 2 }),
  atLeast: 4,
  rounds: 3,
  options: { min_samples: 6, warmup_samples: 1 },
});
await comparison.add('an insert on its own, beside combine: false', {
  unit: 'inserts',
  kairos: () => hits.insert('alone', 1, { timestamp: START }),
  byHand: () => hits.insert('alone', 1, { timestamp: START, combine: false }),
  atLeast: 0.95,
});
const bulk = events(500);
await comparison.add('bulk insert of 500', {
  unit: 'inserts',
  perCall: 500,
  kairos: () => hits.bulkInsert(bulk),
  byHand: () => bulkByHand(bulk),
  atLeast: 0.7,
  rounds: 3,
  options: { min_samples: 4, warmup_samples: 1 },
});

const minutes = minutesOfDay('read');
await hits.bulkInsert(minutes);
await bulkByHand(minutes);
const first = START / 60;
await comparison.add('read of 1,440 buckets', {
  kairos: () => hits.series('read', 'minute', { start: START, steps: 1440 }),
  byHand: async () => {
    const query = { name: 'read', interval: 'minute', bucket: { $gte: first, $lte: first + 1439 } };
    const documents = await collection
      .find(query, { batchSize: 10_000, projection: { _id: 0, bucket: 1, count: 1 } })
      .toArray();
    const found = new Map(documents.map(({ bucket, count }) => [bucket, count]));
    const series = new Map();
    for (let minute = first; minute < first + 1440; minute++) series.set(minute * 60, found.get(minute) ?? 0);
    return series;
  },
  atMost: 0.2,
});

const many = 5 * 1440;
const days = new Map(Array.from({ length: many }, (_, index) => [START + index * 60, { days: [index] }]));
await hits.bulkInsert(days);
await bulkByHand(days);
await comparison.add('collapse of 7,200 buckets', {
  kairos: () => hits.series('days', 'minute', { start: START, steps: many, collapse: true }),
  byHand: () =>
    collection
      .aggregate([
        { $match: { name: 'days', interval: 'minute', bucket: { $gte: first, $lt: first + many } } },
        { $group: { _id: null, count: { $sum: '$count' } } },
      ])
      .toArray(),
  atMost: 0.2,
  rounds: 3,
  options: { min_samples: 4, warmup_samples: 1 },
});
const missed = comparison.print();

await hits.close();
for (const database of Object.values(databases)) await client.db(database).dropDatabase();
await client.close();
process.exitCode = missed > 0 ? 1 : 0;
