import type { FetchedBuckets } from '@kairos/core';
import type { Db } from './keys.js';
import type { KeyRange } from './layout.js';

/**
 * Reads the buckets of one name, in a range of keys. Kairos calls it instead of the adapter's own read, once
 * for each name.
 *
 * @example
 * ```ts
 * const sizes: LmdbFetch = (db, range) => {
 *   const found = new Map<number, Map<number, number>>();
 *   for (const { key, value } of db.getRange(range)) {
 *     const { bucket, resolution } = placeOf(key);
 *     const resolutions = found.get(bucket) ?? new Map<number, number>();
 *     found.set(bucket, resolutions.set(resolution, Array.isArray(value) ? value.length : 0));
 *   }
 *   return found;
 * };
 * ```
 */
export type LmdbFetch = (db: Db, range: KeyRange) => FetchedBuckets | Promise<FetchedBuckets>;
