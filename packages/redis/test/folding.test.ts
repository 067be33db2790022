import { type IntervalsOptions, Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { clusterClient, serverUrl } from './servers.js';

const kairos = new Kairos([redis]);
const NOW = 1_700_000_000;
const types = ['count', 'gauge', 'histogram', 'series', 'set'] as const;

const intervals = {
  minute: { step: 60 },
  cut: { step: 60, resolution: 7 },
  day: { step: 'daily', resolution: 60 },
  month: { step: 'monthly', resolution: 'weekly' },
  year: { step: 'yearly', resolution: 60 },
} as const;

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite.each([
  ['on one server', () => new Redis(serverUrl())],
  ['in a cluster', () => clusterClient()],
] as const)('what is added up %s', (_, connect) => {
  let client: Redis | Cluster;
  let number = 0;
  let prefix = '';

  beforeAll(() => {
    client = connect();
  });
  beforeEach(() => {
    prefix = `folding ${process.pid} ${number++}`;
  });
  afterAll(async () => {
    await client.quit();
  });

  const open = <T extends (typeof types)[number]>(type: T, kept: IntervalsOptions = intervals) => {
    const settings = { type, intervals: kept, prefix, timezone: 'Asia/Kathmandu' };
    return client instanceof Cluster
      ? kairos.timeseries(client, settings)
      : kairos.timeseries(client, settings);
  };

  /** A function of the user's makes Kairos read everything as stored. */
  const asStored = { processRow: (data: unknown) => data as never };
  const shape = (read: unknown): unknown => {
    if (read instanceof Map) return [...read].map(([key, value]) => [key, shape(value)]).sort();
    return read instanceof Set ? [...read].sort() : read;
  };

  async function scripts(work: () => Promise<unknown>): Promise<Set<string>> {
    const called = new Set<string>();
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command: Parameters<Redis['sendCommand']>[0]) => {
      called.add(String(command.args[0]));
      return send(command);
    };
    await work();
    client.sendCommand = send;
    return called;
  }

  it.each(types)(
    'of a %s is what it is without',
    async (type) => {
      const hits = await open(type);
      const bulk = new Map<number, Map<string, number[]>>();
      for (let n = 0; n < 3_000; n++) {
        const timestamp = NOW - ((n * 7_919) % 400_000) - (n % 3 === 0 ? 200 * 86_400 : 0);
        bulk.set(timestamp, new Map(['home', 'about'].map((name) => [name, [n % 50, (n * 7) % 13]])));
      }
      await hits.bulkInsert(bulk as never);
      const transforms =
        type === 'histogram' || type === 'series'
          ? [undefined, 'count', 'sum', 'mean', 'min', 'max']
          : [undefined];
      const start = NOW - 400_000;
      for (const [interval, range] of [
        ['minute', { start, end: NOW - 1000 }],
        ['cut', { start: NOW - 60 * 500, end: NOW - 600 }],
        ['day', { start, end: NOW }],
        ['month', { start: NOW - 86_400 * 220, end: NOW }],
        ['year', { start, end: NOW }],
      ] as const) {
        for (const transform of transforms) {
          for (const stages of [{}, { condense: true }, { collapse: true }]) {
            for (const names of ['home', ['about', 'home']]) {
              const options = {
                ...range,
                ...stages,
                ...(transform === undefined ? {} : { transform }),
              } as never;
              const read = await hits.series(names as never, interval, options);
              const other = await hits.series(names as never, interval, {
                ...(options as object),
                ...asStored,
              });
              expect(shape(read)).toEqual(shape(other));
            }
          }
        }
      }
      await hits.deleteAll();
    },
    240_000,
  );

  it('is added up on the server, all seconds since 1970 at once as well', async () => {
    for (const type of types) {
      const hits = await open(type, { second: { step: 1 } });
      for (const timestamp of [5, 1_000_000_000, NOW])
        await hits.insert('home', timestamp % 7, { timestamp });
      const all = await hits.series('home', 'second', { start: 0, end: NOW, collapse: true });
      const [read] = all.values();
      expect(read).toEqual(
        {
          count: 17,
          gauge: 6,
          histogram: new Map([
            [5, 1],
            [6, 2],
          ]),
          series: [5, 6, 6],
          set: new Set([5, 6]),
        }[type],
      );
      await hits.deleteAll();
    }
  });

  it('is read as it is stored where a number would not be exact, or is none', async () => {
    const counts = await open('count');
    const amounts = [2 ** 53 - 1, 1, 1, 1, 2 ** 53 - 5, -3];
    await counts.bulkInsert(new Map(amounts.map((amount, i) => [NOW + 60 * i, { home: [amount] }])));
    const range = { start: NOW, end: NOW + 600, collapse: true } as const;
    expect(await counts.series('home', 'minute', range)).toEqual(
      await counts.series('home', 'minute', { ...range, ...asStored }),
    );
    await counts.deleteAll();
    const values = await open('series');
    await values.insert('home', ['inf', 'nan', '5'], { timestamp: NOW });
    await values.insert('home', 5, { timestamp: NOW + 60 });
    expect([...(await values.series('home', 'minute', { ...range, transform: 'count' })).values()]).toEqual([
      4,
    ]);
    await expect(values.series('home', 'minute', { ...range, transform: 'sum' })).rejects.toThrow('"sum"');
    const texts = await values.series('home', 'minute', { start: NOW, end: NOW, transform: 'max' });
    expect([...texts.values()]).toEqual(['nan']);
    await values.deleteAll();
    const large = await open('series');
    await large.insert('home', [2 ** 53 - 1, 2 ** 53 - 1, -(2 ** 53 - 1), 0.5, -0.5], { timestamp: NOW });
    expect(await large.series('home', 'minute', { ...range, transform: 'sum' })).toEqual(
      await large.series('home', 'minute', { ...range, transform: 'sum', ...asStored }),
    );
    await large.deleteAll();
  });

  it('is one reply for each part of the range, and no bucket comes by itself', async () => {
    const hits = await open('count', { minute: { step: 60 } });
    const minutes = Array.from({ length: 20_000 }, (_, i) => [NOW + 60 * i, { home: [i] }] as const);
    await hits.bulkInsert(new Map(minutes));
    const range = { start: NOW, steps: 20_000, collapse: true } as const;
    const folded = await scripts(() => hits.series('home', 'minute', range));
    const plain = await scripts(() => hits.series('home', 'minute', { ...range, ...asStored }));
    expect(folded.size).toBe(1);
    expect([...folded].some((script) => plain.has(script))).toBe(false);
    await hits.deleteAll();
  });

  it('names are found by what they begin with, whatever a pattern would make of it', async () => {
    const hits = await open('count', { minute: { step: 60 } });
    const names = ['a*b', 'a*c', 'axb', 'a?', 'a[b]', 'a\\b', 'é🙂', 'é'];
    for (const name of names) await hits.insert(name, 1);
    for (const begin of ['a', 'a*', 'a?', 'a[', 'a[b]', 'a\\', 'é', 'é🙂', 'b']) {
      const found = await hits.list({ prefix: begin });
      expect(found).toEqual(names.filter((name) => name.startsWith(begin)).sort());
    }
    await hits.deleteAll();
  });
});
