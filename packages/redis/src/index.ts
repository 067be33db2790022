import type { Backend, CONTRACT_VERSION, StorageAdapter } from '@kairos/core';
import { isClient, openClient, senderOf } from './client.js';
import { prefixOption, type RedisInsertOptions, type RedisOptions } from './options.js';
import { RedisAdapter } from './redis-adapter.js';
import type { Client } from './sender.js';

export type { RedisInsertOptions, RedisOptions } from './options.js';

/**
 * Reads in place of the backend. It gets the client and a key, and returns what a command returned. It is called for
 * 10,000 keys at a time in one turn of the event loop, so that the commands go out together.
 *
 * For a series, histogram or set it gets the key of one bucket, resolutions included; the result for a bucket that does
 * not exist is dropped. For a count or gauge it gets the key of a window, which holds several buckets, and the fields
 * asked for. Like `HMGET`, it returns an array with one item or `null` for each.
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

/** The types that the Redis backend contributes. */
export interface RedisTypes {
  options: RedisOptions;
  insertOptions: RedisInsertOptions;
  fetch: RedisFetch;
  values: Record<never, never>;
}

/**
 * Kairos on Redis, Valkey and Redis Cluster, over ioredis. The source is a `redis:` or `rediss:` URL, or a `Redis` or
 * `Cluster`.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([redis]);
 * const hits = await kairos.timeseries('redis://localhost:6379/0', {
 *   type: 'count',
 *   intervals: { minute: { step: 60, steps: 240 } },
 *   prefix: 'site',
 * });
 * ```
 */
export const redis: Backend<RedisTypes> = {
  name: 'redis',
  // As it was when this was written: the installed core may have another.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['redis', 'rediss'],
  options: ['prefix'],
  insertOptions: ['pipeline'],
  accepts: isClient,
  async open(request): Promise<StorageAdapter<typeof request.type>> {
    prefixOption(request.options);
    const { client, owned } = await openClient(request.source);
    const adapter = new RedisAdapter(senderOf(client, owned), owned, request);
    try {
      await adapter.checkPermissions();
    } catch (error) {
      if (owned) client.disconnect();
      throw error;
    }
    return adapter;
  },
};
