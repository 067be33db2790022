import type { Client } from './sender.js';

/**
 * Reads in place of the backend: gets the client and a key, and returns what a command returned, for 10,000 keys at a
 * time within one turn, so that their commands go out together.
 *
 * Of a series, histogram or set it gets the key of one bucket, with its resolutions too; what it returns for a bucket
 * that does not exist is left out. Of a count or gauge it gets the key of a window, which holds several buckets, and
 * the fields that are asked for, and returns an array with something or `null` for each, as `HMGET` does.
 *
 * @example
 * ```ts
 * const distinct = await visits.series('home', 'minute', {
 *   fetch: (handle, key) => handle.hlen(key),
 *   processRow: (data) => data,
 * });
 * const doubled = await hits.series('home', 'minute', {
 *   fetch: async (handle, key, fields) =>
 *     (await handle.hmget(key, ...fields)).map((count) => count && 2 * Number(count)),
 * });
 * ```
 */
export type RedisFetch = (handle: Client, key: string, fields: string[]) => unknown;
