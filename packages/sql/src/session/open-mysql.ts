import { Kysely, MysqlDialect, type MysqlPool, sql } from 'kysely';
import { mysql } from '../dialect/mysql.js';
import type { SqlTables } from '../fetch.js';
import { loadDriver } from './driver.js';
import { KyselySession } from './kysely-session.js';
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

export function openMysqlPool(pool: MysqlPool, close?: () => Promise<void>): Promise<Session> {
  return openMysqlKysely(new Kysely<SqlTables>({ dialect: new MysqlDialect({ pool }) }), close);
}

/** Asks how long a statement may be: the server closes the connection over a longer one. */
export async function openMysqlKysely(
  kysely: Kysely<SqlTables>,
  close: () => Promise<void> = async () => {},
): Promise<Session> {
  const { rows } = await sql<{ bytes: number }>`select @@max_allowed_packet as bytes`.execute(kysely);
  const bytesPerStatement = Number(rows[0]?.bytes) - STATEMENT_BYTES;
  return new KyselySession(kysely, mysql, { bytesPerStatement, close });
}
