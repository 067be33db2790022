import { type IntervalsOptions, Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { clusterClient, serverUrl } from './servers.js';

const kairos = new Kairos([redis]);
const NOW = 1_700_000_000;

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

/** Numbers below 1, the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

suite.each([
  ['on one server', () => new Redis(serverUrl())],
  ['in a cluster', () => clusterClient()],
] as const)('windows %s', (_, connect) => {
  let client: Redis | Cluster;
  let number = 0;
  let prefix = '';

  beforeAll(() => {
    client = connect();
  });
  beforeEach(() => {
    prefix = `windows ${process.pid} ${number++}`;
  });
  afterAll(async () => {
    await client.quit();
  });

  const open = <T extends 'count' | 'gauge' | 'histogram'>(
    type: T,
    intervals: IntervalsOptions,
    more: object = {},
  ) => {
    const settings = { type, intervals, prefix, ...more };
    return client instanceof Cluster
      ? kairos.timeseries(client, settings)
      : kairos.timeseries(client, settings);
  };

  const intervals = {
    minute: { step: 60, steps: 300 },
    cut: { step: 60, resolution: 7, steps: 40 },
    month: { step: 'monthly', resolution: 'weekly' },
    thirty: { step: 'monthly', resolution: 30 * 86_400, steps: 3 },
    week: { step: 'weekly', resolution: 7 * 86_400 },
    year: { step: 'yearly' },
  } as const;

  it.each([NOW, 0, -86_400 * 365 * 2])(
    'hold what keys for each bucket would, whatever straddles what, around %p',
    async (around) => {
      let now = around;
      const clock = { clock: () => now, timezone: 'Asia/Kathmandu' };
      const counts = await open('count', intervals, clock);
      // The same data stored bucket by bucket.
      const plain = await open('histogram', intervals, clock);
      const next = random(around);
      const names = ['home', 'about'];
      for (let round = 0; round < 4; round++) {
        const inserts = new Map<number, Map<string, number[]>>();
        for (let n = 0; n < 150; n++) {
          const near = next() < 0.5 ? 60 * 400 : 86_400 * 200;
          const timestamp = Math.floor(now - next() * near);
          inserts.set(timestamp, new Map(names.map((name) => [name, [1 + Math.floor(next() * 3)]])));
        }
        expect(await counts.bulkInsert(inserts)).toEqual(await plain.bulkInsert(inserts));
        for (const interval of Object.keys(intervals)) {
          const range = { start: now - 86_400 * 150, end: now };
          if (interval === 'minute' || interval === 'cut') range.start = now - 60 * 500;
          const read = await counts.series(names, interval, { ...range });
          const other = await plain.series(names, interval, { ...range, transform: 'sum' });
          const flat = (data: Map<number, unknown>) =>
            [...data].map(([timestamp, value]) => [timestamp, value instanceof Map ? [...value] : value]);
          expect(flat(read as never)).toEqual(flat(other as never));
        }
        expect(await counts.properties('home')).toEqual(await plain.properties('home'));
        expect(await counts.list()).toEqual(await plain.list());
        now += 60 * 170;
      }
      now += 86_400 * 40;
      expect(await counts.properties('home')).toEqual(await plain.properties('home'));
      await counts.delete('home');
      expect(await counts.list()).toEqual(['about']);
      expect(await counts.properties('home')).toEqual({});
      await counts.deleteAll();
      await plain.deleteAll();
    },
    60_000,
  );

  it('that straddle the retention show nothing past it, while what is expired is still there', async () => {
    let now = Math.floor(Date.now() / 1000);
    now -= now % (128 * 60);
    const start = now;
    const hits = await open('gauge', { minute: { step: 60, steps: 5 } }, { clock: () => now });
    await hits.insert('home', 'a', { timestamp: now });
    await hits.insert('home', 'b', { timestamp: now + 60 });
    await hits.insert('old', 'c', { timestamp: now });
    now += 60 * 5;
    expect(await hits.list()).toEqual(['home']);
    expect(await hits.properties('home')).toEqual({ minute: { first: start + 60, last: start + 60 } });
    expect(await hits.properties('old')).toEqual({});
    expect([...(await hits.series('home', 'minute', { start, end: now })).values()]).not.toContain('a');
    now += 60;
    expect(await hits.list()).toEqual([]);
    // Expired data is still stored: setting the clock back reveals it.
    now = start;
    expect((await hits.list()).sort()).toEqual(['home', 'old']);
    await hits.deleteAll();
  });

  it('stay compact with the settings of a server as it comes, straddling or not', async () => {
    for (const type of ['count', 'gauge'] as const) {
      const compact = {
        second: { step: 1 },
        cut: { step: 60, resolution: 7 },
        half: { step: 2, resolution: 1 },
      };
      const hits = await open(type, compact);
      const seconds = Array.from({ length: 1500 }, (_, second) => second - 700);
      await hits.bulkInsert(new Map(seconds.map((second) => [second, { home: [second] }])));
      const nodes = client instanceof Cluster ? client.nodes('master') : [client];
      const found = (await Promise.all(nodes.map((node) => node.keys(`${prefix}:*:home`)))).flat();
      expect(found.length).toBeGreaterThan(30);
      for (const key of found.filter((each) => !each.includes('}:'))) {
        expect(await client.object('ENCODING', key)).toBe('listpack');
      }
      await hits.deleteAll();
    }
  });

  it('of a name that another process deletes and writes again hold what was written since', async () => {
    const [one, other] = [
      await open('count', { minute: { step: 60 } }),
      await open('count', { minute: { step: 60 } }),
    ];
    for (let round = 0; round < 3; round++) {
      await one.insert('home', 5, { timestamp: NOW });
      await one.insert('home', 5, { timestamp: NOW - 60 });
      await other.delete('home');
      expect(await one.list()).toEqual([]);
      await other.insert('home', 1, { timestamp: NOW });
      await one.insert('home', 2, { timestamp: NOW });
      expect([...(await one.series('home', 'minute', { start: NOW - 60, end: NOW })).values()]).toEqual([
        0, 3,
      ]);
      await one.deleteAll();
    }
  });

  it('lose nothing to writers and deletions of other processes that meet', async () => {
    const writers = await Promise.all([1, 2, 3].map(() => open('count', { minute: { step: 60 } })));
    let deleting = true;
    const deletions = (async () => {
      const other = await open('count', { minute: { step: 60 } });
      while (deleting) await other.delete('gone');
    })();
    await Promise.all(
      writers.map(async (hits) => {
        for (let n = 0; n < 200; n++) {
          await Promise.all([
            hits.insert('kept', 1, { timestamp: NOW + 60 * (n % 150) }),
            hits.insert('gone', 1, { timestamp: NOW + 60 * (n % 150) }),
          ]);
        }
      }),
    );
    deleting = false;
    await deletions;
    const [hits] = writers;
    const counts = await hits?.series('kept', 'minute', { start: NOW, steps: 150 });
    const sum = [...(counts ?? new Map()).values()].reduce((total, count) => total + Number(count), 0);
    expect(sum).toBe(600);
    await hits?.insert('gone', 1, { timestamp: NOW });
    expect(await hits?.list()).toEqual(['gone', 'kept']);
    await hits?.delete('gone');
    expect(await hits?.list()).toEqual(['kept']);
    await hits?.deleteAll();
  });

  it('take sums of any size at once, whole ones exactly and others as doubles', async () => {
    const hits = await open('count', { minute: { step: 60 } });
    const amounts = [2 ** 53 - 1, 0.1, -7, 999_999_999_999_999, 1e17, 5];
    const at = (i: number) => NOW + 60 * i;
    const inserts = () => new Map(amounts.map((amount, i) => [at(i), { home: [amount] }] as const));
    await hits.bulkInsert(inserts());
    await hits.bulkInsert(inserts());
    for (const [i, amount] of amounts.entries()) {
      const [read] = (await hits.get('home', 'minute', { timestamp: at(i) })).values();
      expect(read).toBe(amount + amount);
    }
    await hits.insert('home', -(2 ** 53 - 1), { timestamp: at(0) });
    expect([...(await hits.get('home', 'minute', { timestamp: at(0) })).values()]).toEqual([2 ** 53 - 1]);
    await hits.deleteAll();
  });
});
