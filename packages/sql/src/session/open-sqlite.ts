import { setTimeout as sleep } from 'node:timers/promises';
import { loadDriver } from './driver.js';
import type { SqliteDatabase } from './handles.js';
import type { Session } from './session.js';
import { sqlitePath } from './sqlite-path.js';
import { SqliteSession } from './sqlite-session.js';

export async function openSqlite(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const path = sqlitePath(url);
  const { default: Database } = await loadDriver('better-sqlite3', () => import('better-sqlite3'));
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

/** By its code alone: native code makes the errors of whichever realm loaded the driver first. */
function isBusy(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    String(error.code).startsWith('SQLITE_BUSY')
  );
}
