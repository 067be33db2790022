import { cassandra } from '@kairos/cassandra';
import { BulkInsertError, Kairos, KairosError, StorageError } from '@kairos/core';
import { policies } from 'cassandra-driver';
import { connectTo } from '../support/cluster.js';
import { onRing } from '../support/ring.js';

const T = Math.floor(Date.now() / 60_000) * 60;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const WRITERS = 16;
const INSERTS = 600;

// Tests that create tables run before any node is killed: a node that comes back learns of new tables late.
onRing('a client that does not talk to every node, as those of other data centers', (ring) => {
  const { AllowListPolicy, RoundRobinPolicy } = policies.loadBalancing;
  const { keyspace } = ring;

  it('creates tables through a node that it talks to, whatever the addresses', async () => {
    const [lowest, ...others] = ring.points.split(',').sort();
    expect(others).toHaveLength(2);
    const client = connectTo(others.join(','), {
      policies: { loadBalancing: new AllowListPolicy(new RoundRobinPolicy(), others) },
    });
    try {
      const options = { type: 'gauge', intervals: { minute: { step: 60 } }, replication: 3 } as const;
      const gauge = await new Kairos([cassandra]).timeseries(client, { ...options, keyspace });
      await gauge.insert('home', 1);
      expect(await gauge.list()).toEqual(['home']);
      const hosts = client.getState().getConnectedHosts();
      expect(hosts.map(({ address }) => address)).not.toContain(lowest);
    } finally {
      await client.shutdown();
    }
  }, 120_000);
});

onRing('a write for which there are too few replicas', (ring) => {
  const kairos = new Kairos([cassandra]);
  const { keyspace } = ring;

  const speculative = {
    policies: {
      speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(2000, 1),
    },
  };
  const refused = async (type: 'count' | 'series', clientConfig: { readonly [option: string]: unknown }) => {
    const options = { type, intervals: { minute: { step: 60 } }, replication: 1 } as const;
    const url = `cassandra://${ring.points}/${keyspace}`;
    // Opens once before, so that later openings have nothing to create or record.
    await (await kairos.timeseries(url, options)).close();
    const series = await kairos.timeseries(url, { ...options, writeConsistency: 'two', clientConfig });
    try {
      const error = await series.bulkInsert(new Map([[T, { home: [1] }]])).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      expect(error.message).toContain('Not enough replicas available');
      return { failed: error.failed.size, unknown: error.unknown.size };
    } finally {
      await series.close();
    }
  };

  it('has failed, since nothing was applied', async () => {
    expect(await refused('series', {})).toEqual({ failed: 1, unknown: 0 });
  }, 120_000);

  it('is unknown with speculative executions, since another node may be applying it', async () => {
    expect(await refused('series', speculative)).toEqual({ failed: 0, unknown: 1 });
  }, 120_000);

  it('has failed even so where it is of counters, which one node alone is asked to write', async () => {
    expect(await refused('count', speculative)).toEqual({ failed: 1, unknown: 0 });
  }, 120_000);
});

onRing('a ring of three with three replicas', (ring) => {
  const kairos = new Kairos([cassandra]);
  const { keyspace } = ring;

  const open = <const T extends 'count' | 'series'>(type: T, tableName: string) =>
    kairos.timeseries(`cassandra://${ring.points}/${keyspace}`, {
      type,
      intervals,
      replication: 3,
      tableName,
      readConsistency: 'quorum',
      writeConsistency: 'quorum',
      clientConfig: { policies: { reconnection: new policies.reconnection.ConstantReconnectionPolicy(500) } },
    });

  it('is opened by many at once on an empty keyspace, whichever node they ask', async () => {
    const nodes = ring.points.split(',');
    const opened = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        kairos.timeseries(`cassandra://${nodes[index % 3]}/${keyspace}`, {
          type: 'set',
          intervals,
          replication: 3,
          tableName: 'together',
        }),
      ),
    );
    const together = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    try {
      expect(opened.filter(({ status }) => status === 'rejected')).toEqual([]);
      await Promise.all(together.map((each, index) => each.insert('name', index, { timestamp: T })));
      for (const each of together) {
        const [members] = (await each.get('name', 'minute', { timestamp: T })).values();
        expect([...(members ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        expect(await each.list()).toEqual(['name']);
      }
    } finally {
      await Promise.all(together.map((each) => each.close()));
    }
  }, 120_000);

  it('loses no acknowledged write when a node is killed under load, and goes on reading', async () => {
    const counts = await open('count', 'faults');
    const lists = await open('series', 'faults');
    const ledger = { stored: 0, unknown: 0, failed: 0 };
    const kept: number[] = [];
    let next = 0;
    let down: Promise<void> | undefined;
    const writer = async () => {
      while (next < INSERTS) {
        const index = next++;
        if (index === INSERTS / 3) down = control('kill', 2);
        const fate = await fateOf(counts.bulkInsert(new Map([[T, { hits: [1] }]])));
        ledger[fate]++;
        if ((await fateOf(lists.bulkInsert(new Map([[T, { hits: [index] }]])))) === 'stored')
          kept.push(index);
        if (index % 50 === 0) await counts.get('hits', 'minute', { timestamp: T });
      }
    };
    try {
      await Promise.all(Array.from({ length: WRITERS }, writer));
      await down;
      for (const interval of ['minute', 'hour'] as const) {
        const [total = 0] = (await counts.get('hits', interval, { timestamp: T, condense: true })).values();
        expect(total).toBeGreaterThanOrEqual(ledger.stored);
        expect(total).toBeLessThanOrEqual(ledger.stored + ledger.unknown);
        const [list = []] = (await lists.get('hits', interval, { timestamp: T, condense: true })).values();
        const found = new Set(list);
        expect(kept.filter((index) => !found.has(index))).toEqual([]);
        expect(list.length).toBe(found.size);
      }
      expect(ledger.stored).toBeGreaterThan(INSERTS / 2);
      console.log(`of ${INSERTS} counter updates while a node was killed: ${JSON.stringify(ledger)}`);
      expect(await counts.list()).toEqual(['hits']);
    } finally {
      await down;
      await control('start', 2);
      await counts.close();
      await lists.close();
    }
  }, 300_000);

  it('fails with typed errors while two nodes are gone, and recovers when they return', async () => {
    const counts = await open('count', 'outage');
    const lists = await open('series', 'outage');
    await counts.insert('hits', 1, { timestamp: T });
    await lists.insert('hits', 1, { timestamp: T });
    await control('kill', 1);
    await control('kill', 2);
    const acknowledged = { counts: 1, unknown: 0 };
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        const error = await errorOf(counts.insert('hits', 1, { timestamp: T }));
        expect(error).toBeInstanceOf(StorageError);
        expect(error.cause).toBeInstanceOf(Error);
        acknowledged.unknown++;
      }
      const bulk = await errorOf(lists.bulkInsert(new Map([[T, { other: [1] }]])));
      expect(bulk).toBeInstanceOf(BulkInsertError);
      const read = await errorOf(lists.get('hits', 'minute', { timestamp: T }));
      expect(read).toBeInstanceOf(StorageError);
      expect(read.cause).toBeInstanceOf(Error);
    } finally {
      await control('start', 1);
      await control('start', 2);
    }
    acknowledged.counts += await untilStored(() => counts.insert('hits', 1, { timestamp: T }), acknowledged);
    await untilStored(() => lists.insert('hits', 2, { timestamp: T }), { unknown: 0 });
    const [total = 0] = (await counts.get('hits', 'minute', { timestamp: T })).values();
    expect(total).toBeGreaterThanOrEqual(acknowledged.counts);
    expect(total).toBeLessThanOrEqual(acknowledged.counts + acknowledged.unknown);
    const [list] = (await lists.get('hits', 'minute', { timestamp: T })).values();
    expect(list?.[0]).toBe(1);
    expect(list?.at(-1)).toBe(2);
    await counts.close();
    await lists.close();
  }, 300_000);
});

onRing('a node that has just come back', (ring) => {
  const kairos = new Kairos([cassandra]);

  it('does not know the keyspace yet, and a timeseries opens beside it and through it all the same', async () => {
    const [first, second, third] = ring.points.split(',');
    const options = { type: 'count', intervals, tableName: 'returned' } as const;
    await control('kill', 2);
    try {
      const early = await kairos.timeseries(`cassandra://${first},${second}/${ring.keyspace}`, {
        ...options,
        replication: 3,
      });
      await early.insert('home', 1, { timestamp: T });
      await early.close();
    } finally {
      await control('start', 2);
    }
    for (const points of [third, ring.points]) {
      const late = await kairos.timeseries(`cassandra://${points}/${ring.keyspace}`, options);
      for (let turn = 0; turn < 6; turn++) await late.insert('home', 1, { timestamp: T });
      await late.close();
    }
    const again = await kairos.timeseries(`cassandra://${third}/${ring.keyspace}`, options);
    expect([...(await again.get('home', 'minute', { timestamp: T })).values()]).toEqual([13]);
    await again.close();
  }, 400_000);
});

/** Kills or starts a node. Resolves once that is done. */
async function control(action: 'kill' | 'start', node: number): Promise<void> {
  const url = process.env.CASSANDRA_RING_CONTROL;
  if (url === undefined) {
    throw new Error(
      'CASSANDRA_RING_CONTROL is not set: the nodes of a ring given by its address cannot be killed',
    );
  }
  const response = await fetch(`${url}/${action}/${node}`, { method: 'POST' });
  if (!response.ok) throw new Error(await response.text());
}

async function fateOf(insert: Promise<unknown>): Promise<'stored' | 'unknown' | 'failed'> {
  try {
    await insert;
    return 'stored';
  } catch (error) {
    if (!(error instanceof BulkInsertError)) throw error;
    return error.unknown.size > 0 ? 'unknown' : 'failed';
  }
}

async function errorOf(work: Promise<unknown>): Promise<KairosError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof KairosError) return error;
  throw new Error(`expected a KairosError, not ${String(error)}`);
}

/** Nodes answer before they have found each other again. */
async function untilStored(insert: () => Promise<unknown>, ledger: { unknown: number }): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      await insert();
      return 1;
    } catch (error) {
      if (attempt === 60) throw error;
      ledger.unknown++;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
