import type { Backend, CONTRACT_VERSION, StorageAdapter } from '@kairos/core';
import { closeClient, connect, isClient, senderOf } from './connect.js';
import type { RedisFetch } from './fetch.js';
import { Layout } from './layout.js';
import { prefixOption, type RedisInsertOptions, type RedisOptions } from './options.js';
import { checkPermissions } from './permissions.js';
import { RedisAdapter } from './redis-adapter.js';

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
  // As a number: the installed core may have another version.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['redis', 'rediss'],
  options: ['prefix'],
  insertOptions: ['pipeline'],
  accepts: isClient,
  async open({ source, type, schema, options }): Promise<StorageAdapter<typeof type>> {
    const layout = new Layout(prefixOption(options), type);
    const { client, owned } = await connect(source);
    const sender = senderOf(client, owned);
    try {
      await checkPermissions(sender, layout, type);
    } catch (error) {
      if (owned) client.disconnect();
      throw error;
    }
    const close = async () => {
      if (owned) await closeClient(client);
    };
    return new RedisAdapter({ schema, layout, sender, close });
  },
};
