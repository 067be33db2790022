import { FaultyProxy, type ProxyFault } from '@kairos/adapter-tests';
import { Kairos, StorageError } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { Layout, shardOf } from '../src/layout.js';
import { OwnCluster, OwnServer, until } from './own-server.js';

const kairos = new Kairos([redis]);
const NOW = Math.floor(Date.now() / 1000);
const options = {
  type: 'count',
  intervals: { minute: { step: 60 }, day: { step: 'daily', resolution: 60 } },
} as const;

/** The README's times in milliseconds, plus a margin for a machine under load. */
const OWNED = 10_000;
const HANDLE = 30_000;
/** Inserts go out one write at a time. Before one is sent again, the server is asked whether it is alive. */
const IN_TURN = 3 * OWNED;
const SLACK = 8_000;

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

const openHits = (source: string | Redis | Cluster, prefix: string) => {
  const settings = { ...options, prefix };
  return typeof source === 'string'
    ? kairos.timeseries(source, settings)
    : kairos.timeseries(source, settings);
};
type Hits = Awaited<ReturnType<typeof openHits>>;

/** Inserts and counts how many were stored, were certainly not stored, or are unknown. */
class Told {
  stored = 0;
  failed = 0;
  unknown = 0;

  async insert(hits: Hits): Promise<void> {
    try {
      await hits.insert('home', 1, { timestamp: NOW });
      this.stored++;
    } catch (error) {
      expect(error).toBeInstanceOf(StorageError);
      if (/was not stored/.test(String(error))) this.failed++;
      else this.unknown++;
    }
  }

  async expectStoredBy(hits: Hits): Promise<void> {
    const [count = 0] = (await hits.get('home', 'minute', { timestamp: NOW })).values();
    expect(count).toBeGreaterThanOrEqual(this.stored);
    expect(count).toBeLessThanOrEqual(this.stored + this.unknown);
  }
}

/** Returns how long each kind of call takes to settle, whether it resolves or rejects. */
async function settling(hits: Hits, told: Told): Promise<number> {
  const begun = performance.now();
  const fetch = (handle: { get(key: string): unknown }, key: string) => handle.get(key);
  await Promise.allSettled([
    told.insert(hits),
    told.insert(hits),
    hits.bulkInsert(new Map([[NOW, { about: [1], news: [1] }]])),
    hits.get('home', 'minute'),
    hits.series('home', 'day', { steps: 3 }),
    hits.get('home', 'minute', { fetch }),
    hits.list(),
    hits.properties('home'),
    hits.delete('other'),
  ]);
  return performance.now() - begun;
}

/** Runs tests that mostly wait, all at once. */
function together(scenarios: Readonly<Record<string, () => Promise<void>>>): void {
  const runs = new Map<string, Promise<unknown>>();
  beforeAll(() => {
    for (const [name, run] of Object.entries(scenarios)) {
      runs.set(
        name,
        run().catch((error: unknown) => error),
      );
    }
  });
  it.each(Object.keys(scenarios))(
    '%s',
    async (name) => {
      const error = await runs.get(name);
      if (error !== undefined) throw error;
    },
    120_000,
  );
}

suite('over a client of Kairos’ own, every call settles: ten seconds for each answer that it waits for', () => {
  const throughProxy = async (fault: ProxyFault, cut: boolean) => {
    const server = await OwnServer.start();
    const proxy = await FaultyProxy.before(server);
    const hits = await openHits(`redis://127.0.0.1:${proxy.port}`, 'own');
    const direct = await openHits(server.url, 'own');
    const told = new Told();
    await told.insert(hits);
    proxy.fault = fault;
    if (cut) proxy.cut();
    expect(await settling(hits, told)).toBeLessThan(IN_TURN + SLACK);
    proxy.fault = 'pass';
    proxy.cut();
    const before = told.stored;
    await until('inserts are stored again', async () => {
      await told.insert(hits);
      return told.stored > before + 3;
    });
    await told.expectStoredBy(direct);
    await hits.close();
    await direct.close();
    await proxy.close();
    await server.end();
  };

  const durable = () => OwnServer.start('--appendonly', 'yes', '--appendfsync', 'always');

  together({
    'where the server refuses': () => throughProxy('refuse', true),
    'where the server is silent when it is connected to again': () => throughProxy('silent', true),
    'where the server is frozen': () => throughProxy('frozen', false),
    'where the server is frozen, and was before it is connected to again': () => throughProxy('frozen', true),
    'where the server vanishes in the middle of an answer': () => throughProxy('vanish', false),

    'where the server is stopped; closing as well': async () => {
      const stopped = await OwnServer.start();
      const hits = await openHits(stopped.url, 'stopped');
      const told = new Told();
      await told.insert(hits);
      stopped.suspend();
      const begun = performance.now();
      const settled = settling(hits, told);
      const closed = hits.close();
      expect(await settled).toBeLessThan(IN_TURN + SLACK);
      await closed;
      expect(performance.now() - begun).toBeLessThan(IN_TURN + OWNED + SLACK);
      expect(told).toMatchObject({ stored: 1, failed: 0, unknown: 2 });
      stopped.resume();
      await stopped.end();
    },

    'where the server is killed; what was given up is not stored later': async () => {
      const killed = await durable();
      const hits = await openHits(killed.url, 'killed');
      const told = new Told();
      await told.insert(hits);
      await killed.kill();
      // Several turns of the event loop, so that the client has seen its connection end, however late a turn is.
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await settling(hits, told)).toBeLessThan(IN_TURN + SLACK);
      expect(told).toMatchObject({ stored: 1, failed: 2, unknown: 0 });
      await killed.start();
      await until('an insert is stored again', async () => {
        await told.insert(hits);
        return told.stored === 2;
      });
      expect(told.unknown).toBe(0);
      await told.expectStoredBy(hits);
      expect(await hits.list()).toEqual(['home']);
      await hits.close();
      await killed.end();
    },

    'where the server comes back as a read-only replica, which refuses inserts at once': async () => {
      const demoted = await durable();
      const hits = await openHits(demoted.url, 'demoted');
      const told = new Told();
      await told.insert(hits);
      await demoted.kill();
      const settled = settling(hits, told);
      await demoted.start({ settings: ['--replicaof', '127.0.0.1 1', '--replica-serve-stale-data', 'yes'] });
      expect(await settled).toBeLessThan(IN_TURN + SLACK);
      expect(told.stored).toBe(1);
      await expect(hits.insert('home')).rejects.toThrow(/was not stored.*READONLY/);
      expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([1]);
      await hits.close();
      await demoted.end();
    },

    'and a restart of three seconds is waited for': async () => {
      const restarted = await durable();
      const hits = await openHits(restarted.url, 'restarted');
      await hits.insert('home', 1, { timestamp: NOW });
      await restarted.kill();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const insert = hits.insert('home', 1, { timestamp: NOW });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await restarted.start();
      await insert;
      expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([2]);
      await hits.close();
      await restarted.end();
    },
  });
});

suite('over a client of the user’s, every call settles within thirty seconds', () => {
  const throughProxy = async (fault: 'frozen' | 'refuse') => {
    const server = await OwnServer.start();
    const proxy = await FaultyProxy.before(server);
    const handle = new Redis(proxy.port, '127.0.0.1', {
      maxRetriesPerRequest: null,
      retryStrategy: () => 100,
    });
    handle.on('error', () => undefined);
    const hits = await openHits(handle, 'handle');
    const told = new Told();
    await told.insert(hits);
    proxy.fault = fault;
    if (fault === 'refuse') proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = performance.now();
    const opened = openHits(handle, 'other').catch((error: unknown) => error);
    await Promise.all([told.insert(hits), hits.list().catch(() => undefined)]);
    expect(performance.now() - begun).toBeLessThan(HANDLE + SLACK);
    expect(await opened).toMatchObject({ code: 'KAIROS_STORAGE' });
    expect(told).toMatchObject(
      fault === 'refuse' ? { stored: 1, failed: 1, unknown: 0 } : { stored: 1, failed: 0, unknown: 1 },
    );
    proxy.fault = 'pass';
    proxy.cut();
    const before = told.stored;
    await until('inserts are stored again', async () => {
      await told.insert(hits);
      return told.stored > before;
    });
    await told.expectStoredBy(hits);
    handle.disconnect();
    await proxy.close();
    await server.end();
  };

  together({
    'where it tries again for ever': () => throughProxy('refuse'),
    'where it waits for ever': () => throughProxy('frozen'),

    'in a cluster, of which a node is stopped': async () => {
      const own = await OwnCluster.start(3, 0);
      const cluster = new Cluster(own.startupNodes);
      cluster.on('error', () => undefined);
      const hits = await openHits(cluster, 'stopped');
      const told = new Told();
      await told.insert(hits);
      const key = new Layout('stopped', 'count').names(shardOf('home'));
      const slot = Number(await cluster.cluster('KEYSLOT', key));
      const [owner = ''] = cluster.slots[slot] ?? [];
      const node = own.nodes.find(({ port }) => owner.endsWith(`:${port}`));
      node?.suspend();
      const begun = performance.now();
      await Promise.all([told.insert(hits), hits.list().catch(() => undefined)]);
      expect(performance.now() - begun).toBeLessThan(HANDLE + SLACK);
      expect(told).toMatchObject({ stored: 1, unknown: 1 });
      node?.resume();
      const before = told.stored;
      await until('inserts are stored again', async () => {
        await told.insert(hits);
        return told.stored > before;
      });
      await told.expectStoredBy(hits);
      cluster.disconnect();
      await own.end();
    },
  });
});
