import type { Backend, CONTRACT_VERSION, StorageAdapter } from '@kairos/core';
import { isClient, openClient, senderOf } from './client.js';
import { prefixOption, type RedisInsertOptions, type RedisOptions } from './options.js';
import { RedisAdapter } from './redis-adapter.js';
import type { Client } from './sender.js';

export type { RedisInsertOptions, RedisOptions } from './options.js';

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

/** What the Redis backend adds to the types of core. */
export interface RedisTypes {
  options: RedisOptions;
  insertOptions: RedisInsertOptions;
  fetch: RedisFetch;
  values: Record<never, never>;
}

/**
 * Redis, Valkey and Redis Cluster, over ioredis. Takes `redis:` and `rediss:` URLs, and `Redis` and `Cluster`
 * handles.
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
