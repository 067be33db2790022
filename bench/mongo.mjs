/**
 * MongoDB: Kairos beside hand-written driver code, with one document per bucket and an index for it, each in
 * its own database.
 */
import { Kairos } from '@kairos/core';
import { mongo } from '@kairos/mongo';
import { Double, MongoClient } from 'mongodb';
import { addAlone, addBulk, addInFlight, addRead, addSingle } from './common-rows.mjs';
import { Comparison } from './compare.mjs';
import { eachTotal } from './totals.mjs';
import { intervals, START } from './workload.mjs';

const { MONGO_URL: url } = process.env;
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

async function bulkByHand(inserts) {
  const updates = [];
  eachTotal(inserts, (...row) => updates.push(upsert(...row)));
  await collection.bulkWrite(updates, { ordered: false });
}

async function readByHand(first, last) {
  const query = { name: 'read', interval: 'minute', bucket: { $gte: first, $lte: last } };
  const documents = await collection
    .find(query, { batchSize: 10_000, projection: { _id: 0, bucket: 1, count: 1 } })
    .toArray();
  return documents.map(({ bucket, count }) => [bucket, count]);
}

const { version } = await client.db('admin').command({ buildInfo: 1 });
const comparison = new Comparison(
  `A server that reports MongoDB ${version}, beside the driver by hand (a count with three intervals)`,
);
const few = { rounds: 3, options: { min_samples: 4, warmup_samples: 1 } };
await addSingle(comparison, hits, byHand, { atLeast: 0.9 });
await addInFlight(comparison, hits, byHand, { each: 2, atLeast: 4, ...few });
await addAlone(comparison, hits);
await addBulk(comparison, hits, bulkByHand, { size: 500, atLeast: 0.7, ...few });
await addRead(comparison, hits, { bulkInsert: bulkByHand, read: readByHand }, { atMost: 0.2 });

const first = START / 60;
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
  ...few,
});
const missed = comparison.print();

await hits.close();
for (const database of Object.values(databases)) await client.db(database).dropDatabase();
await client.close();
process.exitCode = missed > 0 ? 1 : 0;
