/** PostgreSQL and MariaDB: Kairos beside hand-written statements for pg and mysql2. */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { addAlone, addBulk, addInFlight, addRead } from './common-rows.mjs';
import { Comparison } from './compare.mjs';
import { openMysql, openPg } from './sql-by-hand.mjs';
import { intervals, START } from './workload.mjs';

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
    byHand: () => writers((name, timestamp) => hand.insert(name, 1, timestamp)),
    atLeast: 0.7,
  });

  await addInFlight(comparison, hits, hand.insert, { atLeast: 8 });
  await addAlone(comparison, hits);
  await addBulk(comparison, hits, hand.bulk, { atLeast: 0.7 });
  await addRead(comparison, hits, { bulkInsert: hand.bulk, read: hand.read }, { atMost: 1.5 });
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
