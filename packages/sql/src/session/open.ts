import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, describe, type Source } from '@kairos/core';
import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { sqlite } from '../dialect/sqlite.js';
import type { SqlTables } from '../fetch.js';
import { isKysely, isSqliteDatabase, type SqliteDatabase } from './handles.js';
import { KyselySession } from './kysely-session.js';
import type { Session } from './session.js';
import { sqlitePath } from './sqlite-path.js';
import { SqliteSession } from './sqlite-session.js';

/** Whether a handle is one that a session can be opened on. */
export function isHandle(handle: object): boolean {
  return isKysely(handle) || isSqliteDatabase(handle);
}

export async function openSession(source: Source): Promise<Session> {
  if ('url' in source) return openSqlite(sqlitePath(source.url), source.clientConfig);
  const { handle } = source;
  if (isKysely(handle)) return new KyselySession(handle, dialectOf(handle), async () => {});
  if (isSqliteDatabase(handle)) return new SqliteSession(handle, false);
  throw new ConfigurationError(
    `The source is ${describe(handle)}; expected a Kysely, or a better-sqlite3 Database`,
  );
}

/** Tells a Kysely's dialect by what it compiles to. */
function dialectOf(kysely: Kysely<SqlTables>): Dialect {
  const { sql: text } = sql`${sql.ref('a')} = ${1}`.compile(kysely.withoutPlugins());
  if (text === '"a" = ?') return sqlite;
  throw new ConfigurationError(
    `The Kysely has a dialect that compiles to ${describe(text)}; expected the one of SQLite`,
  );
}

async function openSqlite(path: string, clientConfig: Readonly<Record<string, unknown>>): Promise<Session> {
  const { default: Database } = await driver('better-sqlite3', () => import('better-sqlite3'));
  const database: SqliteDatabase = new Database(path, clientConfig);
  try {
    if (!database.memory) await useWal(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return new SqliteSession(database, true);
}

/**
 * Readers and a writer do not block each other with a write-ahead log. SQLite does not wait for its lock when it
 * changes to it, so that processes that open a new file together have to take turns.
 */
async function useWal(database: SqliteDatabase): Promise<void> {
  const deadline = Date.now() + Number(database.pragma('busy_timeout', { simple: true }));
  for (;;) {
    try {
      if (database.pragma('journal_mode', { simple: true }) !== 'wal') {
        database.pragma('journal_mode = wal', { simple: true });
      }
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      await sleep(5 + Math.random() * 20);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/** Loads a driver when it is first used; they are optional, and a program installs the one it needs. */
async function driver<M>(name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /MODULE_NOT_FOUND/.test(String(error.code))))
      throw error;
    throw new ConfigurationError(
      `The driver "${name}" cannot be loaded; expected it to be installed: npm install ${name}`,
      { cause: error },
    );
  }
}
