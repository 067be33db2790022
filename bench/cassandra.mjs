/**
 * Cassandra: Kairos beside cassandra-driver by hand, on the node that CASSANDRA_CONTACT_POINTS leads to, with the
 * same client options and the same consistency. Both keep the same counts in the same shape of table.
 */

import { cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';
import driver from 'cassandra-driver';
import { Comparison } from './compare.mjs';
import { events, inFlight, minutesOfDay, START } from './workload.mjs';

const [point = '127.0.0.1:9042'] = (process.env.CASSANDRA_CONTACT_POINTS ?? '').split(',').filter(Boolean);
const keyspace = 'kairos_bench';
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };

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

/** What a careful program does by hand: sums equal buckets, and sends those of a partition in batches. */
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

const comparison = new Comparison(
  'Cassandra, beside cassandra-driver by hand (a count with three intervals)',
);
const insertAt = (name, amount, timestamp) => hits.insert(name, amount, { timestamp });
let tick = 0;
let handTick = 0;
// A node that has just started compiles its code for some ten seconds.
process.stderr.write('  warming the node up …\n');
const warm = Date.now() + 20_000;
while (Date.now() < warm) {
  await inFlight(64, insertAt)();
  await inFlight(64, byHand)();
}
await comparison.add('single insert', {
  unit: 'inserts',
  kairos: () => hits.insert('home', 1, { timestamp: START + tick++ }),
  byHand: () => byHand('home', 1, START + handTick++),
  atLeast: 0.7,
});
await comparison.add('64 in flight, 20 names', {
  unit: 'inserts',
  perCall: 64 * 8,
  kairos: inFlight(64, insertAt),
  byHand: inFlight(64, byHand),
  atLeast: 4,
});
await comparison.add('an insert on its own, beside combine: false', {
  unit: 'inserts',
  kairos: () => hits.insert('alone', 1, { timestamp: START }),
  byHand: () => hits.insert('alone', 1, { timestamp: START, combine: false }),
  atLeast: 0.95,
});
const bulk = events();
await comparison.add('bulk insert of 10,000', {
  unit: 'inserts',
  perCall: 10_000,
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
    const params = ['read', 'minute', Math.floor(first / WINDOW), first, first + 1439];
    const { rows } = await client.execute(select, params, prepared);
    const found = new Map(rows.map((row) => [row.bucket.toNumber(), row.amount.toNumber()]));
    const series = new Map();
    for (let minute = first; minute < first + 1440; minute++) series.set(minute * 60, found.get(minute) ?? 0);
    return series;
  },
  atMost: 1.5,
});
const missed = comparison.print();

await hits.close();
await client.execute(`DROP TABLE ${hand}`);
await client.execute(`DROP TABLE ${keyspace}.${run}_count`);
await client.shutdown();
process.exitCode = missed > 0 ? 1 : 0;
