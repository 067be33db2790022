/**
 * Cassandra: Kairos beside hand-written cassandra-driver code on the node of CASSANDRA_CONTACT_POINTS, with
 * the same client options and consistency. Both keep the same counts in tables of the same shape.
 */

import { cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';
import driver from 'cassandra-driver';
import { addAlone, addBulk, addInFlight, addRead, addSingle, insertInto } from './common-rows.mjs';
import { Comparison } from './compare.mjs';
import { inFlight, intervals } from './workload.mjs';

const [point = '127.0.0.1:9042'] = (process.env.CASSANDRA_CONTACT_POINTS ?? '').split(',').filter(Boolean);
const keyspace = 'kairos_bench';

const kairos = new Kairos([cassandra]);
const run = `r${Date.now().toString(36)}`;
const hits = await kairos.timeseries(`cassandra://${point}/${keyspace}`, {
  type: 'count',
  intervals,
  tableName: run,
  replication: 1,
});

const client = new driver.Client({
  contactPoints: [point],
  localDataCenter: 'datacenter1',
  protocolOptions: { port: Number(point.split(':')[1] ?? 9042) },
});
await client.connect();
const hand = `${keyspace}.hand_${run}`;
await client.execute(
  `CREATE TABLE ${hand} (name text, interval text, window bigint, bucket bigint, resolution bigint, amount counter,
   PRIMARY KEY ((name, interval, window), bucket, resolution))`,
);
const where = 'WHERE name = ? AND interval = ? AND window = ?';
const update = `UPDATE ${hand} SET amount = amount + ? ${where} AND bucket = ? AND resolution = ?`;
const select = `SELECT bucket, amount FROM ${hand} ${where} AND bucket >= ? AND bucket <= ?`;
const prepared = { prepare: true, consistency: driver.types.consistencies.localQuorum };
const WINDOW = 100_000;

function rowsOf(name, timestamp) {
  const [minute, hour, day] = [60, 3600, 86_400].map((step) => Math.floor(timestamp / step));
  return [
    [name, 'minute', Math.floor(minute / WINDOW), minute, 0],
    [name, 'hour', Math.floor(minute / WINDOW), hour, minute],
    [name, 'day', Math.floor(day / WINDOW), day, 0],
  ];
}

async function byHand(name, amount, timestamp) {
  await Promise.all(rowsOf(name, timestamp).map((row) => client.execute(update, [amount, ...row], prepared)));
}

/** The careful hand-written way: sums equal buckets and sends one batch per partition. */
async function bulkByHand(inserts) {
  const partitions = new Map();
  for (const [timestamp, named] of inserts) {
    for (const [name, amounts] of Object.entries(named)) {
      for (const row of rowsOf(name, timestamp)) {
        const key = `${row[0]}/${row[1]}/${row[2]}`;
        const sums = partitions.get(key) ?? new Map();
        partitions.set(key, sums);
        const bucket = `${row[3]}/${row[4]}`;
        const sum = sums.get(bucket) ?? [0, ...row];
        sums.set(bucket, sum);
        for (const amount of amounts) sum[0] += amount;
      }
    }
  }
  const batches = [];
  for (const sums of partitions.values()) {
    const statements = [...sums.values()].map((params) => ({ query: update, params }));
    for (let start = 0; start < statements.length; start += 100) {
      batches.push(statements.slice(start, start + 100));
    }
  }
  const options = { ...prepared, logged: false, counter: true };
  const worker = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      await client.batch(batch, options);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

async function readByHand(first, last) {
  const params = ['read', 'minute', Math.floor(first / WINDOW), first, last];
  const { rows } = await client.execute(select, params, prepared);
  return rows.map((row) => [row.bucket.toNumber(), row.amount.toNumber()]);
}

const comparison = new Comparison(
  'Cassandra, beside cassandra-driver by hand (a count with three intervals)',
);
// A node that has just started spends some ten seconds compiling its code.
process.stderr.write('  warming the node up …\n');
const warm = Date.now() + 20_000;
while (Date.now() < warm) {
  await inFlight(64, insertInto(hits))();
  await inFlight(64, byHand)();
}
await addSingle(comparison, hits, byHand, { atLeast: 0.7 });
await addInFlight(comparison, hits, byHand, { atLeast: 4 });
await addAlone(comparison, hits);
const few = { rounds: 3, options: { min_samples: 4, warmup_samples: 1 } };
await addBulk(comparison, hits, bulkByHand, { atLeast: 0.7, ...few });
await addRead(comparison, hits, { bulkInsert: bulkByHand, read: readByHand }, { atMost: 1.5 });
const missed = comparison.print();

await hits.close();
await client.execute(`DROP TABLE ${hand}`);
await client.execute(`DROP TABLE ${keyspace}.${run}_count`);
await client.shutdown();
process.exitCode = missed > 0 ? 1 : 0;
