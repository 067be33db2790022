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

/**
 * How long to wait for a locked file if `clientConfig` does not say, in milliseconds. Same as better-sqlite3.
 */
const PATIENCE = 5000;

/** Opens a file. Every driver follows better-sqlite3's options. */
type Open = (path: string, options: Readonly<Record<string, unknown>>) => SqliteDatabase;

export async function connectSqlite(
  url: string,
  { timeout, ...clientConfig }: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { path, options } = sqliteLocation(url);
  const waits = new LockWaits(patienceOf(timeout));
  const open = await loadSqlite();
  try {
    // SQLite itself would block the event loop while it waits for a lock.
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

/**
 * Prefers better-sqlite3 if it is installed and loads. Falls back to the runtime's own module; Node 22 prints
 * a warning when it is loaded.
 */
async function loadSqlite(): Promise<Open> {
  try {
    const Database = await loadBetterSqlite();
    // better-sqlite3 loads its native code with the first database.
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

/** The driver's errors may come from another realm. */
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
 * With a write-ahead log, readers and a writer do not block each other. Processes that open a new file at the
 * same time must take turns to switch it on.
 */
function useWal(database: SqliteDatabase): void {
  if (database.pragma('journal_mode', { simple: true }) !== 'wal') {
    database.pragma('journal_mode = wal', { simple: true });
  }
  // better-sqlite3's default: a write survives a crash of the process. node:sqlite would wait for the disk on
  // every write.
  database.pragma('synchronous = normal', { simple: true });
}
