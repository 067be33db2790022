/**
 * Many names that are written every minute, in bulk, beside a table by hand whose key begins with the name:
 * node bench/windows.mjs [minutes] [names] [sqlite|postgres|mariadb …]. Servers are those of POSTGRES_URL and MARIADB_URL.
 * BY_HAND=100 writes no more than so many minutes by hand, where that would take hours.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { median } from './compare.mjs';

const [minutes = '60', names = '10000', ...asked] = process.argv.slice(2);
const [MINUTES, NAMES] = [Number(minutes), Number(names)];
const BY_HAND = Math.min(MINUTES, Number(process.env.BY_HAND ?? minutes));
/** The number of buckets that `expire` deletes. */
const EXPIRED = 1e6;
const START = 1_700_000_000 - (1_700_000_000 % 60);
const folder = mkdtempSync(join(tmpdir(), 'kairos-windows-'));
const named = Array.from({ length: NAMES }, (_, index) => `page ${String(index).padStart(6, '0')}`);

const key = 'primary key (name, "interval", bucket, resolution)';
const upsert =
  'on conflict (name, "interval", bucket, resolution) do update set amount = hand.amount + excluded.amount';

const byHand = {
  sqlite: (source) => {
    const database = new Database(source.replace('sqlite:', ''));
    database.pragma('journal_mode = wal');
    database.exec(
      `create table hand (name text, "interval" text, bucket integer, resolution integer, amount real, ${key}) without rowid`,
    );
    const insert = database.prepare(`insert into hand values (?, 'minute', ?, 0, 1) ${upsert}`);
    const all = database.transaction((bucket) => {
      for (const name of named) insert.run(name, bucket);
    });
    return {
      bulk: async (bucket) => all(bucket),
      read: async (text, values) => database.prepare(text).raw().all(values),
      run: async (text, values) => database.prepare(text).run(values),
      close: async () => database.close(),
    };
  },
  postgres: async (source) => {
    const pool = new pg.Pool({ connectionString: source });
    await pool.query(
      `create table hand (name text collate "C", "interval" text collate "C", bucket bigint, resolution bigint, amount double precision, ${key})`,
    );
    const insert = `insert into hand select name, 'minute', $2, 0, 1 from unnest($1::text[]) as given (name) ${upsert}`;
    const numbered = (text) => {
      let place = 0;
      return text.replaceAll('?', () => `$${++place}`);
    };
    return {
      bulk: (bucket) => pool.query(insert, [named, bucket]),
      read: async (text, values) => (await pool.query(numbered(text), values)).rows,
      run: (text, values) => pool.query(numbered(text), values),
      close: () => pool.end(),
    };
  },
  mariadb: async (source) => {
    const pool = mysql.createPool({ uri: source.replace('mariadb:', 'mysql:') });
    const plain = (text) => text.replaceAll('"interval"', '`interval`');
    await pool.query(
      plain(
        `create table hand (name varbinary(255), "interval" varbinary(255), bucket bigint, resolution bigint, amount double, ${key})`,
      ),
    );
    return {
      bulk: async (bucket) => {
        const connection = await pool.getConnection();
        await connection.beginTransaction();
        for (let start = 0; start < named.length; start += 1000) {
          const rows = named.slice(start, start + 1000).map((name) => [name, 'minute', bucket, 0, 1]);
          await connection.query(
            'insert into hand values ? on duplicate key update amount = amount + values(amount)',
            [rows],
          );
        }
        await connection.commit();
        connection.release();
      },
      read: async (text, values) => (await pool.query(plain(text), values))[0],
      run: (text, values) => pool.query(plain(text), values),
      close: () => pool.end(),
    };
  },
};

/** The bytes of all tables that begin with a prefix, with their indexes. */
const bytesOf = {
  sqlite: async (_, prefix) => {
    const file = join(folder, `${prefix}.db`);
    const database = new Database(file);
    database.pragma('wal_checkpoint(truncate)');
    database.close();
    return statSync(file).size;
  },
  postgres: async (hand, prefix) => {
    const [row] = await hand.read(
      "select sum(pg_total_relation_size(oid)) as bytes from pg_class where relname like ? and relkind = 'r'",
      [`${prefix}%`],
    );
    return Number(row.bytes);
  },
  mariadb: async (hand, prefix) => {
    const [row] = await hand.read(
      'select sum(file_size) as bytes from information_schema.innodb_sys_tablespaces where name like ?',
      [`%/${prefix}%`],
    );
    return Number(row.bytes);
  },
};

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The median of some runs, in milliseconds. */
async function medianOf(work, runs = 9) {
  const times = [];
  for (let run = 0; run < runs; run++) times.push(await timed(() => work(run)));
  return median(times).toFixed(2);
}

/** Writes minutes of all names, and tells the rates of the first and the last tenth. */
async function rates(write, minutes = MINUTES) {
  const tenth = Math.max(1, Math.floor(minutes / 10));
  const times = [];
  for (let minute = 0; minute < minutes; minute++) times.push(await timed(() => write(minute)));
  const rateOf = (part) =>
    Math.round((part.length * NAMES * 1000) / part.reduce((total, time) => total + time, 0));
  return { all: rateOf(times), first: rateOf(times.slice(0, tenth)), last: rateOf(times.slice(-tenth)) };
}

async function measure(kind, url) {
  const hand = await byHand[kind](kind === 'sqlite' ? `sqlite:${join(folder, 'hand.db')}` : url);
  const source = kind === 'sqlite' ? `sqlite:${join(folder, 'windows_bench.db')}` : url;
  let now = START + MINUTES * 60;
  const hits = await new Kairos([sql]).timeseries(source, {
    type: 'count',
    tableName: 'windows_bench',
    intervals: { minute: { step: 60, steps: MINUTES * 2 } },
    clock: () => now,
  });
  const first = START / 60;
  const rows = { 'by hand': await rates((minute) => hand.bulk(first + minute), BY_HAND) };
  const values = Object.fromEntries(named.map((name) => [name, [1]]));
  rows.kairos = await rates((minute) => hits.bulkInsert(new Map([[START + minute * 60, values]])));
  // What both sides have.
  const steps = Math.min(1440, BY_HAND);
  const end = START + (BY_HAND - 1) * 60;
  const nameOf = (run) => named[(run * 997) % NAMES];
  rows['by hand'].read = await medianOf((run) =>
    hand.read(
      'select bucket, amount from hand where name = ? and "interval" = ? and bucket >= ? and bucket <= ? order by bucket',
      [nameOf(run), 'minute', first + BY_HAND - steps, first + BY_HAND - 1],
    ),
  );
  rows.kairos.read = await medianOf((run) => hits.series(nameOf(run), 'minute', { end, steps }));
  rows.kairos.list = await medianOf(() => hits.list(), 5);
  rows.kairos.properties = await medianOf((run) => hits.properties(nameOf(run)));
  rows.kairos.delete = await medianOf((run) => hits.delete(nameOf(run)), 5);
  for (const [what, prefix, buckets] of [
    ['by hand', 'hand', BY_HAND * NAMES],
    ['kairos', 'windows_bench', MINUTES * NAMES],
  ]) {
    rows[what].bytes = ((await bytesOf[kind](hand, prefix)) / buckets).toFixed(1);
  }
  // As much as was written in `expired` minutes, several times.
  const expired = Math.min(Math.floor(BY_HAND / 2), Math.ceil(EXPIRED / NAMES));
  const turns = Math.min(5, Math.floor(BY_HAND / expired));
  const times = { 'by hand': [], kairos: [] };
  for (let turn = 1; turn <= turns; turn++) {
    const before = turn * expired;
    const expire = {
      'by hand': () => hand.run('delete from hand where bucket < ?', [first + before]),
      kairos: () => {
        now = START + (MINUTES * 2 + before) * 60;
        return hits.expire();
      },
    };
    const order = turn % 2 === 0 ? ['by hand', 'kairos'] : ['kairos', 'by hand'];
    for (const what of order) times[what].push(await timed(expire[what]));
    // As autovacuum does once a minute.
    if (kind === 'postgres') {
      for (const table of ['hand', 'windows_bench_count', 'windows_bench_count_windows']) {
        await hand.run(`vacuum analyze ${table}`, []);
      }
    }
  }
  for (const what of Object.keys(times)) rows[what].expire = median(times[what]).toFixed(0);
  console.log(`\n${kind}: ${NAMES} names, ${MINUTES} minutes; rates a second, times in ms`);
  console.table(rows);
  await hits.deleteAll();
  await hits.close();
  await hand.run('drop table hand', []);
  await hand.close();
}

const urls = { sqlite: '', postgres: process.env.POSTGRES_URL, mariadb: process.env.MARIADB_URL };
for (const [kind, url] of Object.entries(urls)) {
  if (url === undefined || (asked.length > 0 && !asked.includes(kind))) continue;
  await measure(kind, url);
}
rmSync(folder, { recursive: true });
