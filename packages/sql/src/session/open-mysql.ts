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

/** Asks how long a statement may be: the server closes the connection over a longer one. */
export async function openMysqlKysely(
  kysely: Kysely<SqlTables>,
  parts: Omit<SessionParts, 'bytesPerStatement'> = {},
): Promise<Session> {
  const { rows } = await sql<{ bytes: number }>`select @@max_allowed_packet as bytes`.execute(kysely);
  const bytesPerStatement = Number(rows[0]?.bytes) - STATEMENT_BYTES;
  return new KyselySession(kysely, mysql, { ...parts, bytesPerStatement });
}
