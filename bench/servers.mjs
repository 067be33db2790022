/** PostgreSQL and MariaDB: Kairos beside statements written by hand for pg and mysql2. */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { Comparison } from './compare.mjs';
import { aggregate, openMysql, openPg, rowsOf } from './sql-by-hand.mjs';
import { events, inFlight, minutesOfDay, START } from './workload.mjs';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };
const WRITERS = 8;
const INSERTS = 25;
async function compare(title, url, open) {
  const hits = await new Kairos([sql]).timeseries(url, { type: 'count', tableName: 'bench', intervals });
  await hits.deleteAll();
  const hand = await open(url);
  const comparison = new Comparison(title);

  let tick = 0;
  const writers = (insert) =>
    Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let index = 0; index < INSERTS; index++) await insert(`page ${writer}`, START + tick++);
      }),
    );
  await comparison.add(`single insert, ${WRITERS} writers`, {
    unit: 'inserts',
    perCall: WRITERS * INSERTS,
    kairos: () => writers((name, timestamp) => hits.insert(name, 1, { timestamp })),
    byHand: () => writers((name, timestamp) => hand.insert(rowsOf(name, 1, timestamp))),
    atLeast: 0.7,
  });

  const insert = (name, amount, timestamp) => hits.insert(name, amount, { timestamp });
  await comparison.add('64 in flight, 20 names', {
    unit: 'inserts',
    perCall: 64 * 8,
    kairos: inFlight(64, insert),
    byHand: inFlight(64, (name, amount, timestamp) => hand.insert(rowsOf(name, amount, timestamp))),
    atLeast: 8,
  });
  await comparison.add('an insert on its own, beside combine: false', {
    unit: 'inserts',
    kairos: () => insert('alone', 1, START),
    byHand: () => hits.insert('alone', 1, { timestamp: START, combine: false }),
    atLeast: 0.95,
  });

  const bulk = events();
  await comparison.add('bulk insert of 10,000', {
    unit: 'inserts',
    perCall: 10_000,
    kairos: () => hits.bulkInsert(bulk),
    byHand: () => hand.bulk(aggregate(bulk)),
    atLeast: 0.7,
  });

  const minutes = minutesOfDay('read');
  await hits.bulkInsert(minutes);
  await hand.bulk(aggregate(minutes));
  const first = START / 60;
  await comparison.add('read of 1,440 buckets', {
    kairos: () => hits.series('read', 'minute', { start: START, steps: 1440 }),
    byHand: async () => {
      const rows = await hand.read('read', 'minute', first, first + 1439);
      const found = new Map(rows.map(({ bucket, amount }) => [Number(bucket), amount]));
      const series = new Map();
      for (let minute = first; minute < first + 1440; minute++)
        series.set(minute * 60, found.get(minute) ?? 0);
      return series;
    },
    atMost: 1.5,
  });
  const missed = comparison.print();
  await hits.deleteAll();
  await hits.close();
  await hand.drop();
  await hand.close();
  return missed;
}

const missed =
  (await compare(
    'PostgreSQL, beside pg by hand (a count with three intervals)',
    process.env.POSTGRES_URL,
    openPg,
  )) +
  (await compare(
    'MariaDB, beside mysql2 by hand (a count with three intervals)',
    process.env.MARIADB_URL,
    openMysql,
  ));
process.exitCode = missed > 0 ? 1 : 0;
