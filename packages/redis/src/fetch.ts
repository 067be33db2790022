import type { Client } from './sender.js';

/**
 * Reads in place of the backend. Gets the client and a key, and returns the result of a command. Kairos calls
 * it for 10,000 keys at a time in one turn of the event loop, so that the commands go out together.
 *
 * For a series, histogram or set it gets the key of one bucket, resolutions included; Kairos drops the result
 * for a bucket that does not exist. For a count or gauge it gets the key of a window, which holds several
 * buckets, and the requested fields. Like `HMGET`, it returns an array with one item or `null` for each.
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
