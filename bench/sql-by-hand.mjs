/** A program's hand-written code for pg and mysql2: a count in three intervals, in one table. */
import mysql from 'mysql2/promise';
import pg from 'pg';
import { eachTotal } from './totals.mjs';

const COLUMNS = ['name', 'interval', 'bucket', 'resolution', 'amount'];

/** The rows of one event in three intervals. */
function rowsOf(name, amount, timestamp) {
  const minute = Math.floor(timestamp / 60);
  return [
    [name, 'minute', minute, 0, amount],
    [name, 'hour', Math.floor(timestamp / 3600), minute, amount],
    [name, 'day', Math.floor(timestamp / 86_400), 0, amount],
  ];
}

/** The rows of many events in the order of their keys, with equal buckets merged. */
function aggregate(inserts) {
  const rows = [];
  eachTotal(inserts, (...row) => rows.push(row));
  const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
  return rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]) || a[2] - b[2] || a[3] - b[3]);
}

/** By hand with pg. */
export async function openPg(url) {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query(`create table if not exists hand_hits (
    name text collate "C" not null, interval text collate "C" not null, bucket bigint not null,
    resolution bigint not null, amount double precision not null,
    primary key (name, interval, bucket, resolution))`);
  const conflict = `on conflict (name, interval, bucket, resolution)
    do update set amount = hand_hits.amount + excluded.amount`;
  const three = [0, 5, 10]
    .map((at) => `($${at + 1}, $${at + 2}, $${at + 3}, $${at + 4}, $${at + 5})`)
    .join(', ');
  const upsert = `insert into hand_hits values ${three} ${conflict}`;
  const bulk = `insert into hand_hits select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[],
    $5::double precision[]) ${conflict}`;
  const select =
    'select bucket, amount from hand_hits where name = $1 and interval = $2 and bucket between $3 and $4 order by bucket';
  return {
    insert: (...event) => pool.query(upsert, rowsOf(...event).flat()),
    bulk: (inserts) => {
      const rows = aggregate(inserts);
      return pool.query(
        bulk,
        COLUMNS.map((_, column) => rows.map((row) => row[column])),
      );
    },
    read: async (first, last) => {
      const { rows } = await pool.query(select, ['read', 'minute', first, last]);
      return rows.map(({ bucket, amount }) => [Number(bucket), amount]);
    },
    drop: () => pool.query('drop table hand_hits'),
    close: () => pool.end(),
  };
}

/** By hand with mysql2. */
export async function openMysql(url) {
  const pool = mysql.createPool({ uri: url.replace(/^mariadb:/, 'mysql:') });
  await pool.query(`create table if not exists hand_hits (
    name varbinary(255) not null, \`interval\` varbinary(255) not null, bucket bigint not null,
    resolution bigint not null, amount double not null,
    primary key (name, \`interval\`, bucket, resolution)) engine=InnoDB`);
  const conflict = 'on duplicate key update amount = amount + values(amount)';
  const select =
    'select bucket, amount from hand_hits where name = ? and `interval` = ? and bucket between ? and ? order by bucket';
  return {
    insert: (...event) => pool.query(`insert into hand_hits values ? ${conflict}`, [rowsOf(...event)]),
    bulk: async (inserts) => {
      const rows = aggregate(inserts);
      const connection = await pool.getConnection();
      await connection.beginTransaction();
      for (let start = 0; start < rows.length; start += 1000) {
        await connection.query(`insert into hand_hits values ? ${conflict}`, [
          rows.slice(start, start + 1000),
        ]);
      }
      await connection.commit();
      connection.release();
    },
    read: async (first, last) => {
      const [rows] = await pool.query(select, ['read', 'minute', first, last]);
      return rows.map(({ bucket, amount }) => [Number(bucket), amount]);
    },
    drop: () => pool.query('drop table hand_hits'),
    close: () => pool.end(),
  };
}
