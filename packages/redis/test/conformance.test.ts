import { join } from 'node:path';
import { conformance, type FailingTarget, wayThrough } from '@kairos/adapter-tests';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { dataKey, intervalField, Layout, shardOf } from '../src/layout.js';
import { sharesWindows, WINDOW_SIZE } from '../src/window-fields.js';
import { LEAST_PRIVILEGES } from './privileges.js';
import { clusterClient, leastUser, serverUrl } from './servers.js';

const test = { describe, it, beforeAll, afterAll };

/**
 * Puts a key of another type in the place of a bucket or its window, so that the server refuses the commands.
 */
async function failing({ source, namespace, type, name, interval, bucket, resolution }: FailingTarget) {
  const client = source instanceof Cluster ? source : new Redis(String(source));
  const names = new Layout(namespace, type).names(shardOf(name));
  if (resolution !== 0)
    throw new Error('The suite makes coarse buckets fail, which are counted from the epoch');
  const unit = sharesWindows(type) ? Math.floor(bucket / WINDOW_SIZE.coarse) : bucket;
  const key = dataKey(names, intervalField(interval, false), unit, name);
  await client.del(key);
  await client.xadd(key, '*', 'field', 'value');
  return async () => {
    await client.del(key);
    if (client !== source) client.disconnect();
  };
}

const shared = { backend: redis, options: (namespace: string) => ({ prefix: namespace }), failing };
const stores = join(__dirname, 'factory.mjs');

(process.env.TEST_REDIS === 'false' ? describe.skip : describe)('Redis', () => {
  conformance({
    name: 'Redis',
    test,
    factory: {
      ...shared,
      source: () => serverUrl(),
      fragile: () => wayThrough(serverUrl()),
      process: { module: stores, export: 'single' },
    },
  });

  describe('as a user with the least privileges', () => {
    const { username, password } = leastUser();
    const asAdmin = async (work: (admin: Redis) => Promise<unknown>) => {
      const admin = new Redis(serverUrl());
      await work(admin);
      admin.disconnect();
    };
    const rules = ['reset', 'on', `>${password}`, '~*', ...LEAST_PRIVILEGES];

    beforeAll(() => asAdmin((admin) => admin.acl('SETUSER', username, ...rules)));
    afterAll(() => asAdmin((admin) => admin.acl('DELUSER', username)));

    conformance({
      name: 'Redis',
      test,
      factory: { ...shared, source: () => leastUser().href, process: { module: stores, export: 'least' } },
    });
  });

  conformance({
    name: 'Redis Cluster',
    test,
    factory: {
      ...shared,
      source: () => clusterClient(),
      process: { module: stores, export: 'cluster' },
      close: async (source) => {
        if (source instanceof Cluster) await source.quit();
      },
    },
  });
});
