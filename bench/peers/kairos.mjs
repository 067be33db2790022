import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { sql } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { removeFolder, temporaryFolder } from '../../scripts/lib/server.mjs';
import { PAGES, START } from './job.mjs';

const kairos = new Kairos([sql, redis]);
const intervals = { minute: { step: 60 }, hour: { step: 3600 } };

async function open(source, place) {
  const hits = await kairos.timeseries(source, { type: 'count', intervals, ...place });
  return {
    write: (batch) => {
      const inserts = new Map();
      for (const { timestamp, page } of batch) {
        const named = inserts.get(timestamp);
        if (named === undefined) inserts.set(timestamp, { [page]: [1] });
        else if (named[page] === undefined) named[page] = [1];
        else named[page].push(1);
      }
      return hits.bulkInsert(inserts);
    },
    byMinute: (page) => hits.series(page, 'minute', { start: START, steps: 1440 }),
    byHour: () => hits.seriesByName(PAGES, 'hour', { start: START, steps: 24 }),
    close: async () => {
      await hits.deleteAll();
      await hits.close();
    },
  };
}

export async function onSqlite() {
  const database = new Database(':memory:');
  const version = database.prepare('select sqlite_version()').pluck().get();
  database.close();
  return {
    name: `Kairos on SQLite ${version}`,
    open: async () => {
      const folder = await temporaryFolder('peers');
      const file = join(folder, 'hits.sqlite');
      const side = await open(`sqlite:${file}`, {});
      return {
        ...side,
        bytes: async () => {
          const other = new Database(file);
          other.pragma('wal_checkpoint(truncate)');
          other.close();
          return (await stat(file)).size;
        },
        close: async () => {
          await side.close();
          await removeFolder(folder);
        },
      };
    },
  };
}

export async function onPostgres() {
  const pool = new pg.Pool({ connectionString: process.env.POSTGRES_URL });
  const version = (await pool.query('show server_version')).rows[0].server_version;
  return {
    name: `Kairos on PostgreSQL ${version.split(' ')[0]}`,
    open: async (round) => {
      const tableName = `peers_${round}`;
      return {
        ...(await open(process.env.POSTGRES_URL, { tableName })),
        bytes: async () => {
          const { rows } = await pool.query(
            "select sum(pg_total_relation_size(oid)) as bytes from pg_class where relname like $1 and relkind = 'r'",
            [`${tableName}%`],
          );
          return Number(rows[0].bytes);
        },
      };
    },
    close: () => pool.end(),
  };
}

export async function onMysql() {
  const { MYSQL_URL, MARIADB_URL } = process.env;
  const source = MYSQL_URL ?? MARIADB_URL;
  const pool = mysql.createPool({ uri: source.replace('mariadb:', 'mysql:') });
  const [[{ version }]] = await pool.query('select version() as version');
  const tablespaces = MYSQL_URL === undefined ? 'innodb_sys_tablespaces' : 'innodb_tablespaces';
  return {
    name: `Kairos on ${MYSQL_URL === undefined ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`,
    open: async (round) => {
      const tableName = `peers_${round}`;
      return {
        ...(await open(source, { tableName })),
        bytes: async () => {
          const [rows] = await pool.query(
            `select sum(file_size) as bytes from information_schema.${tablespaces} where name like ?`,
            [`%/${tableName}%`],
          );
          return Number(rows[0].bytes);
        },
      };
    },
    close: () => pool.end(),
  };
}

/** Redis has no files per timeseries, so this counts its memory. */
export async function onRedis() {
  const source = process.env.VALKEY_URL ?? process.env.REDIS_URL;
  const client = new Redis(source);
  const info = async (section, name) =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(await client.info(section))?.[1]?.trim();
  const memory = async () => Number(await info('memory', 'used_memory_dataset'));
  const valkey = await info('server', 'valkey_version');
  return {
    name: `Kairos on ${valkey === undefined ? 'Redis' : 'Valkey'} ${valkey ?? (await info('server', 'redis_version'))}`,
    inMemory: true,
    open: async (round) => {
      const before = await memory();
      return {
        ...(await open(source, { prefix: `peers_${round}` })),
        bytes: async () => (await memory()) - before,
      };
    },
    close: () => client.quit(),
  };
}
