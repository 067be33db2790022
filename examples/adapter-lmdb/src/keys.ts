import type { Database } from 'lmdb';
import type { Key, KeyRange } from './layout.js';

export type Db = Database<unknown, Key>;

/** Takes one seek, however many keys there are. */
export function firstKey(db: Db, { start, end }: KeyRange): Key | undefined {
  const [key] = db.getKeys({ start, end, limit: 1 });
  return key;
}

export function lastKey(db: Db, { start, end }: KeyRange): Key | undefined {
  const [key] = db.getKeys({ start: end, end: start, reverse: true, limit: 1 });
  return key;
}

/** Call this in a transaction. */
export function removeKeys(db: Db, range: KeyRange): void {
  // List the keys first: removing them would make a cursor lose its place.
  for (const key of [...db.getKeys(range)]) db.removeSync(key);
}
