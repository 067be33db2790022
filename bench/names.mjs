/**
 * Times `list` and `list({ prefix })` over 100,000 names: node bench/names.mjs [store …], with the servers'
 * addresses in the environment. NAMES sets another number of names.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';
import { mongo } from '@kairos/mongo';
import { redis } from '@kairos/redis';
import { sql } from '@kairos/sql';
import { median, printTable } from './compare.mjs';

const NAMES = Number(process.env.NAMES ?? 100_000);
const FEW = 10;
const AT_ONCE = 10_000;
const ROUNDS = 5;
const NOW = Math.floor(Date.now() / 1000);
const namespace = `names_${process.pid}`;

const folder = await mkdtemp(join(tmpdir(), 'kairos-bench-'));
const { POSTGRES_URL, MARIADB_URL, REDIS_URL, MONGO_URL, CASSANDRA_CONTACT_POINTS } = process.env;
const stores = {
  sqlite: [`sqlite:${join(folder, 'names.sqlite')}`, {}],
  postgres: [POSTGRES_URL, { tableName: namespace }],
  mariadb: [MARIADB_URL, { tableName: namespace }],
  redis: [REDIS_URL, { prefix: namespace }],
  mongo: [MONGO_URL, { database: namespace }],
  cassandra: [
    CASSANDRA_CONTACT_POINTS && `cassandra://${CASSANDRA_CONTACT_POINTS}`,
    { keyspace: namespace, replication: 1 },
  ],
};

const asked = process.argv.slice(2);
const kairos = new Kairos([sql, redis, mongo, cassandra]);
const nameOf = (index) => `page/${String(index).padStart(6, '0')}/hits`;
const few = nameOf(4_200).slice(0, -'0/hits'.length);
const rows = [
  {
    store: '',
    all: 'list()',
    matching: 'a prefix of all',
    few: `of ${FEW}`,
    none: 'of none',
    ratio: 'all ÷ list()',
  },
];
let missed = 0;
for (const [store, [source, options]] of Object.entries(stores)) {
  if (source === undefined || (asked.length > 0 && !asked.includes(store))) continue;
  process.stderr.write(`  filling ${store} …\n`);
  const hits = await kairos.timeseries(source, {
    type: 'count',
    intervals: { minute: { step: 60, steps: 1440 } },
    ...options,
  });
  for (let begin = 0; begin < NAMES; begin += AT_ONCE) {
    const names = Array.from({ length: AT_ONCE }, (_, index) => [nameOf(begin + index), [1]]);
    await hits.bulkInsert(new Map([[NOW, Object.fromEntries(names)]]));
  }
  process.stderr.write(`  measuring ${store} …\n`);
  const kinds = {
    all: [() => hits.list(), NAMES],
    matching: [() => hits.list({ prefix: 'page/' }), NAMES],
    few: [() => hits.list({ prefix: few }), FEW],
    none: [() => hits.list({ prefix: 'none' }), 0],
  };
  const times = { all: [], matching: [], few: [], none: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, [list, found]] of Object.entries(kinds)) {
      const before = performance.now();
      const { length } = await list();
      times[kind].push(performance.now() - before);
      if (length !== found) throw new Error(`${store} listed ${length} names for "${kind}", not ${found}`);
    }
  }
  const shown = Object.fromEntries(
    Object.entries(times).map(([kind, each]) => [kind, `${median(each).toFixed(1)} ms`]),
  );
  const ratio = median(times.matching) / median(times.all);
  if (ratio > 1.3) missed++;
  rows.push({ store, ...shown, ratio: `${ratio.toFixed(2)} ×` });
  await hits.deleteAll();
  await hits.close();
}
console.log(`\nNames: list over ${NAMES} names, and with a prefix (target: all by prefix ≤ 1.3 × list())`);
printTable(rows);
await rm(folder, { recursive: true });
process.exitCode = missed > 0 ? 1 : 0;
