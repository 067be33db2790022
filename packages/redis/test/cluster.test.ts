import { Kairos, StorageError } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { indexKey, Layout, shardOf } from '../src/layout.js';
import { OwnCluster, until } from './own-server.js';

const kairos = new Kairos([redis]);
const NOW = Math.floor(Date.now() / 1000);
const intervals = { minute: { step: 60 }, day: { step: 'daily', resolution: 60 } } as const;

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite('a cluster', () => {
  let own: OwnCluster;
  let cluster: Cluster;
  const clients: Redis[] = [];

  beforeAll(async () => {
    own = await OwnCluster.start(3, 1);
    cluster = new Cluster(own.startupNodes, {
      clusterRetryStrategy: () => 100,
      redisOptions: { disconnectTimeout: 100 },
    });
    cluster.on('error', () => undefined);
  }, 120_000);

  afterAll(async () => {
    cluster?.disconnect();
    for (const client of clients) client.disconnect();
    await own?.end();
  });

  /** The masters, by node id. */
  async function masters(): Promise<Map<string, { port: number; slots: string[] }>> {
    const found = new Map<string, { port: number; slots: string[] }>();
    for (const line of String(await cluster.cluster('NODES'))
      .trim()
      .split('\n')) {
      const [id = '', address = '', flags = '', , , , , , ...slots] = line.split(' ');
      const port = Number(/:(\d+)@/.exec(address)?.[1]);
      if (flags.includes('master') && !flags.includes('fail') && slots.length > 0)
        found.set(id, { port, slots });
    }
    return found;
  }

  async function ownerOf(slot: number) {
    for (const [id, { port, slots }] of await masters()) {
      const owns = slots.some((range) => {
        const [first = Number.NaN, last = first] = range.split('-').map(Number);
        return slot >= first && slot <= last;
      });
      if (owns) return { id, port };
    }
    throw new Error(`nobody owns slot ${slot}`);
  }

  const openHits = (prefix: string) => kairos.timeseries(cluster, { type: 'count', intervals, prefix });
  type Hits = Awaited<ReturnType<typeof openHits>>;

  /** Starts to move a key's slot to another master. */
  async function beginMove(key: string) {
    const slot = Number(await cluster.cluster('KEYSLOT', key));
    const source = await ownerOf(slot);
    const [targetId = '', target] = [...(await masters())].find(([id]) => id !== source.id) ?? [];
    const port = target?.port ?? 0;
    const [from, to] = [new Redis(source.port), new Redis(port)];
    clients.push(from, to);
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source.id);
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId);
    return {
      slot,
      from,
      to,
      async move(...keys: string[]) {
        if (keys.length > 0) await from.call('MIGRATE', '127.0.0.1', port, '', 0, 5000, 'KEYS', ...keys);
      },
      async finish() {
        for (const node of [to, from]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
      },
    };
  }

  it('reads, lists and writes go on while a slot is moved, and nothing is lost or counted twice', async () => {
    const name = 'moving';
    const hits = await openHits('move');
    const plain = await kairos.timeseries(cluster, { type: 'set', intervals, prefix: 'move' });
    const expected = { minute: new Map<number, number>() };
    for (let minute = 0; minute < 100; minute++) {
      const timestamp = 60 * minute;
      await hits.insert(name, minute, { timestamp });
      await plain.insert(name, minute, { timestamp });
      expected.minute.set(timestamp, minute);
    }
    const { slot, from, move, finish } = await beginMove(new Layout('move', 'count').names(shardOf(name)));
    const read = () => hits.series(name, 'minute', { start: 0, steps: 100 });
    const moveSome = async (count: number) => {
      const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, count)) as string[];
      await move(...keys);
      return keys.length;
    };
    expect(await read()).toEqual(expected.minute);
    // Writes into an existing bucket and a new one. Each write is refused as a whole, or stored as a whole
    // once everything has moved.
    const told = { stored: 0, failed: 0 };
    let running = true;
    const writer = async (timestamp: number) => {
      while (running) {
        try {
          await hits.insert(name, 1, { timestamp });
          told.stored++;
        } catch (error) {
          expect(String(error)).toContain('was not stored');
          told.failed++;
        }
      }
    };
    const writers = [writer(6000), writer(6060)];
    for (let parts = 0; (await moveSome(20)) > 0; parts++) {
      const minutes = await read();
      for (let minute = 0; minute < 100; minute++) expect(minutes.get(60 * minute)).toBe(minute);
      const sets = await plain.series(name, 'minute', { start: 0, steps: 100 });
      for (let minute = 0; minute < 100; minute++) expect(sets.get(60 * minute)).toEqual(new Set([minute]));
      expect(parts).toBeLessThan(1000);
    }
    await finish();
    const before = told.stored;
    await until('writes are stored at the new place', () => told.stored > before + 50);
    running = false;
    await Promise.all(writers);
    const [a = 0, b = 0] = (await hits.series(name, 'minute', { start: 6000, steps: 2 })).values();
    expect(a + b).toBe(told.stored);
    const days = await hits.get(name, 'day', { timestamp: 6000, condense: true });
    expect([...days.values()]).toEqual([4950 + told.stored]);
    expect(await hits.list()).toEqual([name]);
    await hits.deleteAll();
    await plain.deleteAll();
  }, 120_000);

  describe('to which a name has come in part', () => {
    const name = 'arriving';
    const prefix = 'arrive';
    const names = new Layout(prefix, 'count').names(shardOf(name));
    const index = indexKey(names, name);
    const copy = new Layout(prefix, 'count').copy(shardOf(name));

    /** Calls `ask` while only these keys have moved. The others follow a little later. */
    async function whileMoved<R>(keys: string[], ask: (hits: Hits) => Promise<R>) {
      const hits = await openHits(prefix);
      await hits.insert(name, 5, { timestamp: 0 });
      const { slot, from, to, move, finish } = await beginMove(names);
      await move(...keys);
      const asked = ask(hits);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await move(...((await from.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[]));
      await finish();
      const answer = await asked;
      const left = await to.call('CLUSTER', 'GETKEYSINSLOT', slot, 100);
      await hits.deleteAll();
      return { answer, left };
    }

    it('lists it, though its index has yet to move', async () => {
      expect((await whileMoved([names], (hits) => hits.list())).answer).toEqual([name]);
    });

    it('deletes everything, though its index has yet to move', async () => {
      expect((await whileMoved([names], (hits) => hits.deleteAll())).left).toEqual([]);
    });

    it('deletes it, though its buckets have yet to move', async () => {
      expect((await whileMoved([names, index], (hits) => hits.delete(name))).left).toEqual([copy]);
    });

    it('deletes it, though nothing has moved', async () => {
      expect((await whileMoved([], (hits) => hits.delete(name))).left).toEqual([copy]);
    });
  });

  it('takes the inserts of one name in a transaction, and refuses it whole with keys of other slots', async () => {
    const hits = await openHits('transaction');
    const allowed = cluster.multi();
    await hits.insert('home', 1, { timestamp: NOW, pipeline: allowed });
    await hits.insert('home', 2, { timestamp: NOW, pipeline: allowed });
    expect(await allowed.exec()).toEqual([
      [null, 1],
      [null, 1],
    ]);
    const refused = cluster.multi();
    await hits.insert('home', 4, { timestamp: NOW, pipeline: refused });
    refused.sadd('pages', 'home');
    await expect(refused.exec()).rejects.toThrow('same slot');
    expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([3]);
    await hits.deleteAll();
  });

  it('asks masters alone for the record, which replicas may not have yet, whatever reads the client scales', async () => {
    const scaled: string[] = [];
    const scaling = new Cluster(own.startupNodes, {
      scaleReads: (nodes: Redis[], { name }: { name: string }) => {
        scaled.push(name);
        return nodes[0];
      },
    });
    const hits = await kairos.timeseries(scaling, { type: 'count', intervals, prefix: 'scaled' });
    await hits.insert('home', 1, { timestamp: NOW });
    await hits.deleteAll();
    await hits.insert('home', 1, { timestamp: NOW });
    expect(scaled).toEqual([]);
    expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([1]);
    expect(scaled).toEqual(['evalsha']);
    await hits.deleteAll();
    scaling.disconnect();
  });

  it('a master that dies is replaced, and every insert was stored, was not, or is told to be unknown', async () => {
    const hits = await openHits('failover');
    const names = Array.from({ length: 30 }, (_, index) => `name ${index}`);
    const slot = Number(
      await cluster.cluster('KEYSLOT', new Layout('failover', 'count').names(shardOf('name 0'))),
    );
    const { port } = await ownerOf(slot);
    const admin = new Redis(port, { retryStrategy: () => null });
    const told = new Map(names.map((name) => [name, { stored: 0, unknown: 0 }]));
    let stored = 0;
    let running = true;
    const writer = async (name: string) => {
      const own = told.get(name) ?? { stored: 0, unknown: 0 };
      while (running) {
        try {
          await hits.insert(name, 1, { timestamp: NOW });
          own.stored++;
          stored++;
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
          if (!String(error).includes('was not stored')) own.unknown++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const writers = names.map(writer);
    await until('writes are stored', () => stored > 2000);
    // Replication is asynchronous. To lose nothing, the failover waits for the replica, as an operator would.
    running = false;
    await Promise.all(writers);
    await admin.wait(1, 5000);
    running = true;
    const again = names.map(writer);
    const node = own.nodes.find((each) => each.port === port);
    const acknowledged = new Map([...told].map(([name, { stored }]) => [name, stored]));
    await node?.kill();
    const before = told.get('name 0')?.stored ?? 0;
    await until(
      'writes to the slots of the dead master are stored',
      () => (told.get('name 0')?.stored ?? 0) > before + 100,
      60,
    );
    running = false;
    await Promise.all(again);
    for (const name of names) {
      const { stored = 0, unknown = 0 } = told.get(name) ?? {};
      const [count = 0] = (await hits.get(name, 'minute', { timestamp: NOW })).values();
      const [day = 0] = (await hits.get(name, 'day', { timestamp: NOW, condense: true })).values();
      expect(count).toBe(day);
      expect(count).toBeLessThanOrEqual(stored + unknown);
      expect(count).toBeGreaterThanOrEqual(acknowledged.get(name) ?? 0);
    }
    expect(await hits.list()).toHaveLength(names.length);
    await hits.deleteAll();
    admin.disconnect();
  }, 120_000);
});
