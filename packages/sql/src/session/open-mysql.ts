import { ConfigurationError } from '@kairos/core';
import { Kysely, MysqlDialect, type MysqlPool, sql } from 'kysely';
import { mysql } from '../dialect/mysql.js';
import type { SqlTables } from '../fetch.js';
import { loadDriver } from './driver.js';
import type { Mysql2Pool } from './handles.js';
import { KyselySession, type SessionParts } from './kysely-session.js';
import type { Session } from './session.js';

/** What a statement holds beside its parameters. */
const STATEMENT_BYTES = 2 ** 16;

export async function openMysql(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { default: driver } = await loadDriver('mysql2', () => import('mysql2'));
  const pool = driver.createPool({ uri: url.replace(/^mariadb:/i, 'mysql:'), ...clientConfig });
  const close = () =>
    new Promise<void>((resolve, reject) => {
      pool.end((error) => (error ? reject(error) : resolve()));
    });
  try {
    return await openMysqlPool(pool, close);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

export function openMysqlPool(pool: Mysql2Pool, close?: () => Promise<void>): Promise<Session> {
  const unsent = new WeakSet();
  const dialect = new MysqlDialect({ pool: noting(pool, unsent) });
  return openMysqlKysely(new Kysely<SqlTables>({ dialect }), {
    unsent,
    rows: (statement, values) =>
      new Promise((resolve, reject) => {
        pool.query({ sql: statement.sql, rowsAsArray: true }, [...values], (error, rows) => {
          if (error === null && Array.isArray(rows)) resolve(rows);
          else reject(error);
        });
      }),
    ...(close && { close }),
  });
}

/** The pool with its errors of connecting noted. It stays open when Kysely is destroyed: who opened it closes it. */
function noting(pool: MysqlPool, unsent: WeakSet<WeakKey>): MysqlPool {
  return {
    getConnection: (callback) =>
      pool.getConnection((error, connection) => {
        if (error instanceof Error) unsent.add(error);
        callback(error, connection);
      }),
    end: (callback) => callback(null),
  };
}

/** Asks what has to be known: how long a statement may be, and whether what is acknowledged is committed. */
export async function openMysqlKysely(
  kysely: Kysely<SqlTables>,
  parts: Omit<SessionParts, 'bytesPerStatement'> = {},
): Promise<Session> {
  const query = sql<object>`select @@max_allowed_packet as bytes, @@autocommit as autocommit`;
  const { rows } = await query.execute(kysely.withoutPlugins());
  // A row is an object or an array, as the pool was made.
  const [bytes, autocommit]: unknown[] = Object.values(rows[0] ?? {});
  if (Number(autocommit) !== 1 && !kysely.isTransaction) {
    throw new ConfigurationError(
      'The connections have "autocommit" off, so that nothing written would be committed; expected it on, on the server or on every connection of the pool',
    );
  }
  return new KyselySession(kysely, mysql, { ...parts, bytesPerStatement: Number(bytes) - STATEMENT_BYTES });
}
