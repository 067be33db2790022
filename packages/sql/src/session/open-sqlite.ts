import { resolve } from 'node:path';
import { optionError, StorageError } from '@kairos/core';
import { loadDriver } from './driver.js';
import type { SqliteDatabase } from './handles.js';
import { LockWaits } from './lock-waits.js';
import type { Session } from './session.js';
import { sqliteLocation } from './sqlite-location.js';
import { SqliteSession } from './sqlite-session.js';

/** How long a locked file is waited for, in milliseconds, where `clientConfig` does not say: as in better-sqlite3. */
const PATIENCE = 5000;

export async function openSqlite(
  url: string,
  { timeout, ...clientConfig }: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { path, options } = sqliteLocation(url);
  const waits = new LockWaits(patienceOf(timeout));
  const { default: Database } = await loadDriver('better-sqlite3', () => import('better-sqlite3'));
  try {
    // SQLite would block the event loop while it waits for a lock.
    const database = new Database(path, { ...options, ...clientConfig, timeout: 0 });
    try {
      if (!database.memory && !database.readonly) await waits.beside(() => useWal(database));
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteSession(database, waits, true);
  } catch (error) {
    // The driver's errors may be of another realm.
    const reason = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    throw new StorageError(`The SQLite file ${resolve(path)} cannot be opened: ${reason}`, { cause: error });
  }
}

function patienceOf(timeout: unknown): number {
  if (timeout === undefined) return PATIENCE;
  if (typeof timeout === 'number' && timeout >= 0 && timeout < 2 ** 31) return timeout;
  throw optionError('clientConfig.timeout', timeout, 'milliseconds to wait for a locked file, from 0 on');
}

/**
 * Readers and a writer do not block each other with a write-ahead log. Processes that open a new file together have
 * to take turns at changing to it.
 */
function useWal(database: SqliteDatabase): void {
  if (database.pragma('journal_mode', { simple: true }) !== 'wal') {
    database.pragma('journal_mode = wal', { simple: true });
  }
}
