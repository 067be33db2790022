/**
 * Sums a year of minutes in the store, beside a hand-written aggregate, with one name in the table and with
 * 1,000:
 * node bench/folds.mjs [sqlite|postgres|mariadb …]. Uses the servers of POSTGRES_URL and MARIADB_URL.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { Comparison, printTable } from './compare.mjs';

const DAYS = 365;
const MINUTES = DAYS * 1440;
const START = Math.floor(Date.now() / 86_400_000) * 86_400 - DAYS * 86_400;
const FIRST = START / 60;
const DAY = START / 86_400;
const NEIGHBOURS = 999;
/** Minutes of each neighbour; the neighbours follow one another through the year. */
const NEIGHBOURING = 180;

const intervals = { minute: { step: 60 }, day: { step: 86_400, resolution: 60 } };
const rounds = { rounds: 3, options: { min_cpu_time: 1e8, min_samples: 3, warmup_samples: 1 } };
const asked = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'kairos-folds-'));

const COUNT_KEY = 'primary key (name, "interval", bucket, resolution)';
const inRange = 'where name = ? and "interval" = ? and bucket >= ? and bucket <= ?';
const ofYear = ['home', 'minute', FIRST, FIRST + MINUTES - 1];
const ofDays = ['home', 'day', DAY, DAY + DAYS - 1];

/** Per server: a query with parameters, a statement, and column types. */
const stores = {
  sqlite: (source) => {
    const database = new Database(source.replace('sqlite:', ''));
    const prepared = new Map();
    const prepare = (text) => {
      const found = prepared.get(text) ?? database.prepare(text).raw();
      prepared.set(text, found);
      return found;
    };
    return {
      types: { text: 'text not null', whole: 'integer not null', real: 'real not null' },
      options: 'without rowid',
      rows: async (text, values) => prepare(text).all(values),
      run: async (text) => database.exec(text),
      settled: 'analyze',
      close: async () => database.close(),
    };
  },
  postgres: (source) => {
    const pool = new pg.Pool({ connectionString: source });
    const numbered = (text) => {
      let place = 0;
      return text.replaceAll('?', () => `$${++place}`);
    };
    return {
      types: { text: 'text collate "C"', whole: 'bigint', real: 'double precision' },
      options: '',
      rows: async (text, values) =>
        (await pool.query({ text: numbered(text), values, rowMode: 'array' })).rows,
      run: (text) => pool.query(text),
      settled: 'vacuum analyze',
      close: () => pool.end(),
    };
  },
  mariadb: (source) => {
    const pool = mysql.createPool({ uri: source.replace('mariadb:', 'mysql:'), rowsAsArray: true });
    const quoted = (text) => text.replaceAll('"', '`');
    return {
      types: { text: 'varbinary(255)', whole: 'bigint', real: 'double' },
      options: '',
      rows: async (text, values) => (await pool.query(quoted(text), values))[0],
      run: (text) => pool.query(quoted(text)),
      settled: 'analyze table hand',
      close: () => pool.end(),
    };
  },
};

async function fillYear(hits, names) {
  for (let day = 0; day < DAYS; day += 5) {
    const inserts = new Map();
    for (let minute = day * 1440; minute < (day + 5) * 1440; minute++) {
      inserts.set(START + minute * 60, { home: [1 + (minute % 7)] });
    }
    for (let neighbour = 0; neighbour < names - 1; neighbour++) {
      const begin = Math.floor((neighbour * (MINUTES - NEIGHBOURING)) / NEIGHBOURS);
      if (begin < day * 1440 || begin >= (day + 5) * 1440) continue;
      for (let minute = begin; minute < begin + NEIGHBOURING; minute++) {
        const timestamp = START + minute * 60;
        inserts.set(timestamp, { ...inserts.get(timestamp), [`page ${neighbour}`]: [1] });
      }
    }
    await hits.bulkInsert(inserts);
  }
}

/** Peak growth of the heap during a call, in bytes. */
async function heapOf(work) {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  }, 1);
  await work();
  clearInterval(watch);
  return Math.max(most, process.memoryUsage().heapUsed) - before;
}

async function compareYear(kind, url, names) {
  const source = kind === 'sqlite' ? `sqlite:${join(folder, `${names}.db`)}` : url;
  const kairos = new Kairos([sql]);
  const hits = await kairos.timeseries(source, { type: 'count', tableName: 'folds', intervals });
  await hits.deleteAll();
  process.stderr.write(`  filling ${kind} …\n`);
  await fillYear(hits, names);
  const hand = stores[kind](source);
  const { text, whole, real } = hand.types;
  await hand.run('drop table if exists hand');
  await hand.run(
    `create table hand (name ${text}, "interval" ${text}, bucket ${whole}, resolution ${whole}, amount ${real}, ${COUNT_KEY}) ${hand.options}`,
  );
  await hand.run(
    'insert into hand select name, "interval", bucket, resolution, amount from folds_count order by name, "interval", bucket, resolution',
  );
  await hand.run(hand.settled);

  const year = { start: START, steps: MINUTES };
  const comparison = new Comparison(`${kind}, ${names} name${names > 1 ? 's' : ''} in the table`);
  await comparison.add('collapse of 525,600 buckets', {
    kairos: () => hits.series('home', 'minute', { ...year, collapse: true }),
    byHand: () => hand.rows(`select sum(amount) from hand ${inRange}`, ofYear),
    atMost: 1.5,
    ...rounds,
  });
  await comparison.add('condense of 525,600 buckets to days', {
    kairos: () => hits.series('home', 'day', { start: START, steps: DAYS, condense: true }),
    byHand: () => hand.rows(`select bucket, sum(amount) from hand ${inRange} group by bucket`, ofDays),
    atMost: 1.5,
    ...rounds,
  });
  const noon = FIRST + 200 * 1440;
  await comparison.add('read of 1,440 buckets', {
    kairos: () => hits.series('home', 'minute', { start: noon * 60, steps: 1440 }),
    byHand: async () => {
      const found = new Map();
      const values = ['home', 'minute', noon, noon + 1439];
      const rows = await hand.rows(`select bucket, amount from hand ${inRange} order by bucket`, values);
      for (const [bucket, amount] of rows) found.set(Number(bucket), Number(amount));
      const series = new Map();
      for (let minute = noon; minute < noon + 1440; minute++) series.set(minute * 60, found.get(minute) ?? 0);
      return series;
    },
    atMost: 1.2,
    rounds: 5,
  });
  const missed = comparison.print();
  const heap = [{ name: 'heap that a read takes', collapse: 'collapse', rows: 'one by one' }];
  for (const days of [1, 30, DAYS]) {
    const range = { start: START, steps: days * 1440 };
    const collapsed = await heapOf(() => hits.series('home', 'minute', { ...range, collapse: true }));
    const oneByOne = await heapOf(() => hits.series('home', 'minute', range));
    const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
    heap.push({ name: `${days * 1440} buckets`, collapse: megabytes(collapsed), rows: megabytes(oneByOne) });
  }
  printTable(heap);
  await hits.deleteAll();
  await hits.close();
  await hand.run('drop table hand');
  await hand.close();
  return missed;
}

/** 300,000 values of a series in 300 buckets. */
async function compareSeries(url) {
  const [BUCKETS, VALUES] = [300, 1000];
  const delays = await new Kairos([sql]).timeseries(url, {
    type: 'series',
    tableName: 'folds',
    intervals: { minute: { step: 60 } },
  });
  await delays.deleteAll();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const values = Array.from({ length: VALUES }, (_, index) => ((index * 7919) % 1000) / 8);
    await delays.bulkInsert(new Map([[START + bucket * 60, { home: values }]]));
  }
  const hand = stores.postgres(url);
  await hand.run('drop table if exists hand');
  await hand.run(
    'create table hand (name text collate "C", "interval" text collate "C", bucket bigint, resolution bigint, sequence bigint, value double precision, primary key (name, "interval", bucket, resolution, sequence))',
  );
  await hand.run(
    'insert into hand select name, "interval", bucket, resolution, sequence, value from folds_series',
  );
  await hand.run('vacuum analyze');
  const comparison = new Comparison('postgres, a series');
  await comparison.add('mean, max and count of 300,000 values in 300 buckets', {
    kairos: () =>
      delays.series('home', 'minute', {
        start: START,
        steps: BUCKETS,
        transform: ['mean', 'max', 'count'],
      }),
    byHand: () =>
      hand.rows(`select bucket, avg(value), max(value), count(*) from hand ${inRange} group by bucket`, [
        'home',
        'minute',
        FIRST,
        FIRST + BUCKETS - 1,
      ]),
    atMost: 1.5,
    ...rounds,
  });
  const missed = comparison.print();
  await delays.deleteAll();
  await delays.close();
  await hand.run('drop table hand');
  await hand.close();
  return missed;
}

let missed = 0;
const urls = { sqlite: '', postgres: process.env.POSTGRES_URL, mariadb: process.env.MARIADB_URL };
for (const [kind, url] of Object.entries(urls)) {
  if (url === undefined || (asked.length > 0 && !asked.includes(kind))) continue;
  for (const names of [1, NEIGHBOURS + 1]) missed += await compareYear(kind, url, names);
  if (kind === 'postgres') missed += await compareSeries(url);
}
rmSync(folder, { recursive: true });
process.exitCode = missed > 0 ? 1 : 0;
