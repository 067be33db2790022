import { type BucketRow, ConfigurationError, describe } from '@kairos/core';
import type { Db } from './keys.js';
import type { KeyRange } from './layout.js';

/**
 * Reads the buckets of one name, in a range of keys, in place of the adapter. With several names it is called once
 * for each.
 *
 * @example
 * ```ts
 * const sizes: LmdbFetch = function* (db, range) {
 *   for (const { key, value } of db.getRange(range)) {
 *     yield { ...placeOf(key), data: Array.isArray(value) ? value.length : 0 };
 *   }
 * };
 * ```
 */
export type LmdbFetch = (db: Db, range: KeyRange) => Iterable<Omit<BucketRow, 'name'>>;

export function checkFetch(fetch: unknown): LmdbFetch {
  if (isFetch(fetch)) return fetch;
  throw new ConfigurationError(`Option "fetch" is ${describe(fetch)}; expected a function of (db, range)`);
}

function isFetch(fetch: unknown): fetch is LmdbFetch {
  return typeof fetch === 'function';
}
