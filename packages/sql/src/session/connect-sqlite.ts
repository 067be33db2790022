import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError, optionError, StorageError } from '@kairos/core';
import { sqlite } from '../dialect/sqlite.js';
import { loadBetterSqlite } from './driver.js';
import type { NodeDatabase, SqliteDatabase } from './handles.js';
import { LockWaits } from './lock-waits.js';
import { AdaptedDatabase, type NodeSqlite, nodeSqlite } from './node-sqlite.js';
import type { Session } from './session.js';
import { sqliteLocation } from './sqlite-location.js';
import { SqliteSession } from './sqlite-session.js';

/** How long a locked file is waited for, in milliseconds, where `clientConfig` does not say: as in better-sqlite3. */
const PATIENCE = 5000;

/** Opens a file; what better-sqlite3's options ask for holds for every driver. */
type Open = (path: string, options: Readonly<Record<string, unknown>>) => SqliteDatabase;

export async function connectSqlite(
  url: string,
  { timeout, ...clientConfig }: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { path, options } = sqliteLocation(url);
  const waits = new LockWaits(patienceOf(timeout));
  const open = await loadSqlite();
  try {
    // SQLite would block the event loop while it waits for a lock.
    const database = open(path, { ...options, ...clientConfig, timeout: 0 });
    try {
      if (!database.memory && !database.readonly) await waits.beside(() => useWal(database));
    } catch (error) {
      database.close();
      throw error;
    }
    return sessionOn(database, waits, true);
  } catch (error) {
    const file = resolve(path);
    const folder = dirname(file);
    const reason = existsSync(folder) ? messageOf(error) : `the folder ${folder} does not exist`;
    throw new StorageError(`The SQLite file ${file} cannot be opened: ${reason}`, { cause: error });
  }
}

export function connectNodeDatabase(database: NodeDatabase): Session {
  return sessionOn(new AdaptedDatabase(database), new LockWaits(0), false);
}

function sessionOn(database: SqliteDatabase, waits: LockWaits, owned: boolean): Session {
  const cut = database instanceof AdaptedDatabase && !database.keepsNul;
  return new SqliteSession(database, waits, owned, cut ? { ...sqlite, nul: false } : sqlite);
}

/** better-sqlite3 where it is installed and loads; else what the runtime has, of which Node 22 warns who asks for it. */
async function loadSqlite(): Promise<Open> {
  try {
    const Database = await loadBetterSqlite();
    // It loads its native code with the first database.
    new Database(':memory:').close();
    return (path, options) => new Database(path, options);
  } catch (error) {
    const builtIn = nodeSqlite();
    if (builtIn !== undefined) return (path, options) => openBuiltIn(builtIn, path, options);
    const unloadable = () => {
      throw error;
    };
    if (!(error instanceof ConfigurationError)) return unloadable;
    throw new ConfigurationError(
      `${error.message}, or Node 22.13 or newer, Bun or Deno, which need no driver for SQLite`,
      { cause: error.cause },
    );
  }
}

function openBuiltIn(
  { DatabaseSync }: NodeSqlite,
  path: string,
  { readonly, fileMustExist, ...options }: Readonly<Record<string, unknown>>,
): SqliteDatabase {
  if (fileMustExist === true && !existsSync(path)) throw new Error('the file does not exist');
  const readOnly = readonly === true || options.readOnly === true;
  return new AdaptedDatabase(new DatabaseSync(path, { ...options, readOnly }), readOnly);
}

/** The driver's errors may be of another realm. */
function messageOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
}

function patienceOf(timeout: unknown): number {
  if (timeout === undefined) return PATIENCE;
  if (typeof timeout === 'number' && timeout >= 0 && timeout < 2 ** 31) return timeout;
  throw optionError(
    'clientConfig.timeout',
    timeout,
    'how many milliseconds to wait for a locked file, 0 or more',
  );
}

/**
 * Readers and a writer do not block each other with a write-ahead log. Processes that open a new file together have
 * to take turns at changing to it.
 */
function useWal(database: SqliteDatabase): void {
  if (database.pragma('journal_mode', { simple: true }) !== 'wal') {
    database.pragma('journal_mode = wal', { simple: true });
  }
  // As better-sqlite3 is built: a write survives the process. node:sqlite would wait for the disk with each.
  database.pragma('synchronous = normal', { simple: true });
}
