import type { CassandraFetch } from '@kairos/cassandra';
import { BulkInsertError, ConfigurationError, InvalidValueError } from '@kairos/core';
import { connectTo, dropKeyspace } from './support/cluster.js';
import { inKeyspace, value } from './support/keyspace.js';

const T = Math.floor(Date.now() / 86_400_000) * 86_400;
const MINUTES = { minute: { step: 60 } } as const;

inKeyspace('Cassandra', (store) => {
  const { kairos, keyspace, fresh, rowsOf } = store;

  describe('connects', () => {
    it('by a URL, with the keyspace in it', async () => {
      const hits = await kairos.timeseries(`cql://${store.points}/${keyspace}`, {
        type: 'count',
        intervals: MINUTES,
        tableName: fresh().tableName,
        poolSize: 2,
      });
      await hits.insert('home', 1, { timestamp: T });
      expect(await value(hits.get('home', 'minute', { timestamp: T }))).toEqual([1]);
      await hits.close();
      await expect(
        kairos.timeseries(`cql://${store.points}/${keyspace}`, {
          type: 'count',
          intervals: MINUTES,
          keyspace: 'other',
        }),
      ).rejects.toThrow('"keyspace"');
    });

    it('with a client, in whose keyspace it works, and which stays open', async () => {
      const own = connectTo(store.points, { keyspace, encoding: { useBigIntAsLong: true } });
      const options = { tableName: fresh().tableName, intervals: MINUTES };
      for (const type of ['count', 'histogram', 'series'] as const) {
        const stats = await kairos.timeseries(own, { ...options, type, valueType: 'long' });
        await stats.insert('home', 2, { timestamp: T });
        await stats.insert('home', 2, { timestamp: T });
        const expected = { count: 4, histogram: new Map([[2, 2]]), series: [2, 2] }[type];
        expect(await value(stats.get('home', 'minute', { timestamp: T }))).toEqual([expected]);
        expect(await stats.properties('home')).toEqual({ minute: { first: T, last: T } });
        expect(await stats.list()).toEqual(['home']);
        await stats.delete('home');
        expect(await stats.list()).toEqual([]);
        await stats.close();
      }
      expect((await own.execute('SELECT release_version FROM system.local')).rowLength).toBe(1);
      for (const option of [{ poolSize: 1 }, { localDataCenter: 'datacenter1' }]) {
        const refused = kairos.timeseries(own, { type: 'count', intervals: MINUTES, ...option });
        await expect(refused).rejects.toThrow(ConfigurationError);
      }
      await own.shutdown();
    });

    it('only where the keyspace exists, or is to be created', async () => {
      const missing = `${keyspace}_missing`;
      const options = { type: 'count', intervals: MINUTES, keyspace: missing } as const;
      await expect(kairos.timeseries(store.client, options)).rejects.toThrow('option "replication"');
      await expect(kairos.timeseries(store.client, options)).rejects.toThrow(ConfigurationError);
      const created = await kairos.timeseries(store.client, { ...options, replication: { datacenter1: 1 } });
      await created.insert('home', 1);
      await dropKeyspace(store.points, missing);
    });

    it('without creating tables where it is told so, and says how to create them', async () => {
      const options = { ...fresh(), type: 'gauge', intervals: MINUTES } as const;
      const refused = kairos.timeseries(store.client, { ...options, createTables: false });
      const error = await refused.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      const statements =
        String(error)
          .match(/CREATE TABLE .*/)?.[0]
          .split('; ') ?? [];
      expect(statements[0]).toContain(`"${options.tableName}_gauge"`);
      for (const statement of statements) await store.client.execute(statement);
      const opened = await kairos.timeseries(store.client, { ...options, createTables: false });
      await opened.insert('home', 1);
    });

    it('to the type of values with which the table was created, and no other', async () => {
      const options = { ...fresh(), type: 'set', intervals: MINUTES } as const;
      await kairos.timeseries(store.client, { ...options, valueType: 'text' });
      await kairos.timeseries(store.client, { ...options, valueType: 'unicode' });
      const refused = kairos.timeseries(store.client, { ...options, valueType: 'int' });
      await expect(refused).rejects.toThrow(/"valueType" is "int".*text/);
      await expect(refused).rejects.toThrow(ConfigurationError);
    });
  });

  it.each([
    ['float', [1.5, -2, 5e-324]],
    ['double', [1.5, 3]],
    ['int', [2 ** 53 - 1, -1]],
    ['integer', [0, 7]],
    ['long', [2n ** 63n - 1n, -(2n ** 63n), 5]],
    ['int64', [-5]],
    ['decimal', ['12345678901234567890.000000000001', '-0.5', '100']],
    ['string', ['', 'a\0b', '😀'.repeat(2500)]],
    ['str', ["'"]],
    ['text', ['null']],
    ['unicode', ['é']],
    ['clob', ['x'.repeat(50_000)]],
    ['bool', [true, false]],
    ['boolean', [false]],
    ['blob', [new Uint8Array([]), new Uint8Array([0, 128, 255])]],
    ['inet', ['192.0.2.1', '2001:db8::1']],
  ] as const)('values of the type %s come back as they were written', async (valueType, values) => {
    const options = { ...fresh({ valueType }), intervals: MINUTES };
    const at = { timestamp: T };
    const series = await kairos.timeseries(store.client, { ...options, type: 'series' });
    await series.insert('name', [...values], at);
    expect(await value(series.get('name', 'minute', at))).toEqual([values]);
    const histogram = await kairos.timeseries(store.client, { ...options, type: 'histogram' });
    await histogram.insert('name', [...values, ...values], at);
    const [counted] = await histogram.get('name', 'minute', at).then((read) => [...read.values()]);
    expect([...(counted ?? [])]).toEqual(expect.arrayContaining(values.map((each) => [each, 2])));
    expect(counted?.size).toBe(values.length);
    const set = await kairos.timeseries(store.client, { ...options, type: 'set' });
    await set.insert('name', [...values, ...values], at);
    const [members] = await set.get('name', 'minute', at).then((read) => [...read.values()]);
    expect([...(members ?? [])]).toEqual(expect.arrayContaining([...values]));
    expect(members?.size).toBe(values.length);
    const gauge = await kairos.timeseries(store.client, { ...options, type: 'gauge' });
    await gauge.insert('name', [...values], at);
    expect(await value(gauge.get('name', 'minute', at))).toEqual([values.at(-1)]);
  });

  it('refuses names and keys that no partition can hold, before anything is written', async () => {
    const set = await kairos.timeseries(store.client, {
      ...fresh({ valueType: 'text' }),
      type: 'set',
      intervals: MINUTES,
    });
    await expect(set.insert('n'.repeat(60_001), 'value')).rejects.toThrow(InvalidValueError);
    await expect(set.insert('name', 'v'.repeat(60_001))).rejects.toThrow(InvalidValueError);
    expect(await set.list()).toEqual([]);
  });

  it.each([
    ['text', 'é'.repeat(30_000), 'é'.repeat(30_001)],
    ['blob', new Uint8Array(60_000).fill(255), new Uint8Array(60_001).fill(255)],
  ] as const)('takes keys of the type %s up to what a partition can hold', async (valueType, fits, too) => {
    const options = { ...fresh({ valueType }), intervals: MINUTES };
    for (const type of ['set', 'histogram'] as const) {
      const opened = await kairos.timeseries(store.client, { ...options, type });
      await opened.insert('name', fits, { timestamp: T });
      const expected = type === 'set' ? new Set([fits]) : new Map([[fits, 1]]);
      expect(await value(opened.get('name', 'minute', { timestamp: T }))).toEqual([expected]);
      await expect(opened.insert('name', too, { timestamp: T })).rejects.toThrow(InvalidValueError);
    }
  });

  describe('partitions', () => {
    it('are read together however many a range spans, and page after page', async () => {
      const series = await kairos.timeseries(store.client, {
        ...fresh({ valuesPerBucket: 50_000 }),
        type: 'series',
        intervals: MINUTES,
      });
      const inserts = new Map([[T, { long: Array.from({ length: 12_000 }, (_, index) => index) }]]);
      for (let minute = 1; minute < 20; minute++) inserts.set(T + minute * 60, { long: [minute] });
      await series.bulkInsert(inserts);
      const read = await series.series('long', 'minute', { start: T, steps: 20 });
      expect([...read.values()].map((values) => values.length)).toEqual([12_000, ...Array(19).fill(1)]);
      expect(read.get(T)).toEqual(inserts.get(T)?.long);
      const year = await series.series('long', 'minute', { start: T - 10_000 * 60, steps: 20_000 });
      expect([...year].filter(([, values]) => values.length > 0)).toHaveLength(20);
      expect(await series.properties('long')).toEqual({ minute: { first: T, last: T + 19 * 60 } });
    });

    it('are laid out as the timeseries was created, which the record knows', async () => {
      const { valuesPerBucket, ...options } = {
        ...fresh({ valuesPerBucket: 100_000 }),
        type: 'set',
        intervals: MINUTES,
      } as const;
      const first = await kairos.timeseries(store.client, { ...options, valuesPerBucket: 100_000 });
      await first.insert('name', 1, { timestamp: T });
      const second = await kairos.timeseries(store.client, options);
      expect(await value(second.get('name', 'minute', { timestamp: T }))).toEqual([new Set([1])]);
      const [row] = await rowsOf(`${options.tableName}_set`);
      expect(Number(row?.window)).toBe(T / 60);
      expect(valuesPerBucket).toBe(100_000);
      const refused = kairos.timeseries(store.client, { ...options, valuesPerBucket: 10 });
      await expect(refused).rejects.toThrow('"valuesPerBucket"');
    });

    it('are laid out as they were, after everything was deleted, for all that have not been told otherwise', async () => {
      const options = { ...fresh(), type: 'series', intervals: MINUTES } as const;
      await kairos.timeseries(store.client, { ...options, valuesPerBucket: 10 });
      const adopted = await kairos.timeseries(store.client, options);
      const beside = await kairos.timeseries(store.client, options);
      await adopted.insert('name', 1, { timestamp: T });
      await adopted.deleteAll();
      await beside.insert('name', 2, { timestamp: T });
      await adopted.insert('name', 3, { timestamp: T });
      const other = await kairos.timeseries(store.client, options);
      for (const opened of [adopted, beside, other]) {
        expect(await value(opened.get('name', 'minute', { timestamp: T }))).toEqual([[2, 3]]);
        expect(await opened.properties('name')).toEqual({ minute: { first: T, last: T } });
      }
    });
  });

  describe('counters', () => {
    it('take whole numbers only, and refuse fractions before anything is written', async () => {
      const hits = await kairos.timeseries(store.client, { ...fresh(), type: 'count', intervals: MINUTES });
      await expect(hits.insert('home', 0.5)).rejects.toThrow(InvalidValueError);
      await expect(hits.bulkInsert(new Map([[T, { home: [1, 0.5] }]]))).rejects.toThrow('floatingCounts');
      await expect(hits.insert('home', 2 ** 53)).rejects.toThrow(InvalidValueError);
      expect(await hits.list()).toEqual([]);
    });

    it('take no sum that is beyond what is exact, nor any part of what is added to its name', async () => {
      const intervals = { minute: { step: 60 }, day: { step: 'daily' } } as const;
      const hits = await kairos.timeseries(store.client, { ...fresh(), type: 'count', intervals });
      const most = 2 ** 53 - 1;
      const inserts = new Map([
        [T, { home: Array(2000).fill(most), other: [most] }],
        [T + 60, { home: [1] }],
      ]);
      const error = await hits.bulkInsert(inserts).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      expect([...error.failed.keys()]).toEqual([T, T + 60]);
      expect(error.unknown.size).toBe(0);
      expect(String(error)).toContain('"home"');
      expect(await hits.list()).toEqual(['other']);
      await expect(hits.insert('home', [most, 1], { timestamp: T })).rejects.toMatchObject({
        code: 'KAIROS_STORAGE',
      });
      await hits.insert('home', [most, -1], { timestamp: T });
      expect(await value(hits.get('home', 'day', { timestamp: T }))).toEqual([most - 1]);
    });

    it('count on from nothing after a deletion, which Cassandra alone does not do', async () => {
      const options = {
        ...fresh(),
        intervals: { minute: { step: 60, steps: 10_000 }, day: { step: 'daily' } },
      } as const;
      const hits = await kairos.timeseries(store.client, { ...options, type: 'count' });
      const delays = await kairos.timeseries(store.client, { ...options, type: 'histogram' });
      const at = { timestamp: T };
      for (let turn = 0; turn < 3; turn++) {
        await hits.insert('home', 5, at);
        await hits.insert('home', -2, at);
        await delays.insert('home', [1, 1, 2], at);
        expect(await value(hits.get('home', 'day', at))).toEqual([3]);
        expect(await value(delays.get('home', 'minute', at))).toEqual([
          new Map([
            [1, 2],
            [2, 1],
          ]),
        ]);
        await Promise.all([hits.delete('home'), hits.delete('home'), delays.delete('home')]);
        expect(await value(hits.get('home', 'day', at))).toEqual([0]);
        expect(await value(delays.get('home', 'day', at))).toEqual([new Map()]);
        expect([await hits.list(), await hits.properties('home'), await delays.list()]).toEqual([[], {}, []]);
      }
    });

    it('are looked through in ever larger pages for the first and last that were not deleted', async () => {
      const own = connectTo(store.points);
      await own.connect();
      const options = { ...fresh(), type: 'count', intervals: MINUTES } as const;
      const hits = await kairos.timeseries(own, options);
      const begin = 1_700_000_040;
      const inserts = new Map(
        Array.from({ length: 500 }, (_, minute) => [begin + minute * 60, { home: [1] }]),
      );
      await hits.bulkInsert(inserts);
      await hits.delete('home');
      let pages = 0;
      const execute = own.execute.bind(own);
      Object.assign(own, {
        execute: (query: string, params: unknown[], given: object) => {
          if (query.includes(`"${options.tableName}_count"`)) pages++;
          return execute(query, params, given);
        },
      });
      expect(await hits.properties('home')).toEqual({});
      // Two pages from each end.
      expect(pages).toBe(2 * 2);
      await own.shutdown();
    });

    it('keep a bucket whose amounts add up to 0 apart from one that was deleted', async () => {
      const hits = await kairos.timeseries(store.client, { ...fresh(), type: 'count', intervals: MINUTES });
      const nothing = jest.fn(() => 'called');
      await hits.insert('home', 3, { timestamp: T });
      await hits.insert('home', -3, { timestamp: T });
      expect(await hits.list()).toEqual(['home']);
      const processRow = (data: number) => {
        nothing();
        return data;
      };
      await hits.get('home', 'minute', { timestamp: T, processRow });
      expect(nothing).toHaveBeenCalledTimes(1);
      await hits.delete('home');
      await hits.get('home', 'minute', { timestamp: T, processRow });
      expect(nothing).toHaveBeenCalledTimes(1);
      expect(await hits.list()).toEqual([]);
    });

    it('expire as whole partitions where they can, and in parts where they cannot', async () => {
      let now = T;
      const intervals = { minute: { step: 60, steps: 10 } } as const;
      const hits = await kairos.timeseries(store.client, {
        ...fresh({ tableName: 'expiring' }),
        type: 'count',
        intervals,
        clock: () => now,
      });
      await hits.insert('home', 1, { timestamp: T - 60 });
      await hits.insert('home', 2, { timestamp: T });
      now = T + 9 * 60;
      await hits.expire('home');
      expect((await rowsOf('expiring_count')).map((row) => Number(row.bucket))).toEqual([T / 60]);
      now = T + 100_000 * 60;
      await hits.insert('home', 4, { timestamp: now });
      await hits.expire();
      expect((await rowsOf('expiring_count')).map((row) => Number(row.bucket))).toEqual([now / 60]);
      const windows = `WHERE series = 'expiring_count' AND name = 'home'`;
      expect(await rowsOf('kairos_windows', windows)).toHaveLength(1);
      expect(await hits.list()).toEqual(['home']);
    });
  });

  describe('floating counts', () => {
    it('are sums of deltas, exact under concurrent writers', async () => {
      const options = { ...fresh({ floatingCounts: true }), type: 'count', intervals: MINUTES } as const;
      const [first, second] = [
        await kairos.timeseries(store.client, options),
        await kairos.timeseries(store.client, options),
      ];
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? first : second).insert('home', 0.25, { timestamp: T }),
        ),
      );
      await first.bulkInsert(new Map([[T, { home: [0.5, 0.5], other: [-1.5] }]]));
      expect(await value(second.get(['home', 'other'], 'minute', { timestamp: T }))).toEqual([24.5]);
      await second.delete('home');
      expect(await first.list()).toEqual(['other']);
    });

    it('come back from a sum that is more than a double holds', async () => {
      const options = { ...fresh({ floatingCounts: true }), type: 'count', intervals: MINUTES } as const;
      const hits = await kairos.timeseries(store.client, options);
      const read = () => value(hits.get('home', 'minute', { timestamp: T }));
      for (const amount of [1e308, 1e308]) await hits.insert('home', amount, { timestamp: T });
      expect(await read()).toEqual([Number.POSITIVE_INFINITY]);
      await hits.insert('home', -1e308, { timestamp: T });
      expect(await read()).toEqual([1e308]);
    });

    it('are not taken for counters, nor counters for them, until everything is deleted', async () => {
      const options = { ...fresh(), type: 'count', intervals: MINUTES } as const;
      const counters = await kairos.timeseries(store.client, options);
      const refused = kairos.timeseries(store.client, { ...options, floatingCounts: true });
      await expect(refused).rejects.toThrow('"floatingCounts"');
      await counters.deleteAll();
      const floating = await kairos.timeseries(store.client, { ...options, floatingCounts: true });
      await floating.insert('home', 0.5, { timestamp: T });
      await expect(kairos.timeseries(store.client, options)).rejects.toThrow(ConfigurationError);
    });
  });

  describe('expiry', () => {
    it('is a TTL to the end of the retention, and none beyond what Cassandra can store', async () => {
      const now = Math.floor(Date.now() / 1000);
      const options = {
        ...fresh(),
        intervals: { minute: { step: 60, steps: 10 }, century: { step: '1y', steps: 100 } },
      } as const;
      const gauge = await kairos.timeseries(store.client, { ...options, type: 'gauge' });
      await gauge.insert('home', 1, { timestamp: now });
      const { rows } = await store.client.execute(
        `SELECT interval, ttl(value) AS ttl FROM "${keyspace}"."${options.tableName}_gauge"`,
      );
      const ttls = new Map(rows.map((row) => [row.interval, row.ttl]));
      const end = (Math.floor(now / 60) + 10) * 60;
      expect(ttls.get('minute')).toBeGreaterThan(end - Date.now() / 1000 - 60);
      expect(ttls.get('minute')).toBeLessThanOrEqual(end - now);
      expect(ttls.get('century')).toBeNull();
    });

    it('takes what is expired away by itself', async () => {
      const options = { ...fresh(), type: 'series', intervals: { second: { step: 1, steps: 2 } } } as const;
      const series = await kairos.timeseries(store.client, options);
      await series.insert('home', 1);
      expect(await rowsOf(`${options.tableName}_series`)).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 3500));
      expect(await rowsOf(`${options.tableName}_series`)).toHaveLength(0);
      expect(await series.list()).toEqual([]);
    });
  });

  it('reads with a function of the user', async () => {
    const options = {
      ...fresh({ valuesPerBucket: 50_000 }),
      type: 'histogram',
      intervals: { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } },
    } as const;
    const delays = await kairos.timeseries(store.client, options);
    for (let minute = 0; minute < 5; minute++) {
      await delays.insert('home', [minute, minute, 100], { timestamp: T + minute * 60 });
    }
    const calls: unknown[] = [];
    const fetch: CassandraFetch = async (own, table, name, interval, buckets, windows) => {
      calls.push([own === store.client, table, name, interval, buckets, windows]);
      const query = `SELECT bucket, resolution, value, occurrences FROM ${table}
        WHERE name = ? AND interval = ? AND window IN ? AND bucket >= ? AND bucket <= ?`;
      const params = [name, interval, windows, buckets[0], buckets.at(-1)];
      const { rows } = await own.execute(query, params, { prepare: true });
      const found = new Map<number, Map<number | null, Map<number, number>>>();
      for (const row of rows) {
        if (Number(row.value) === 100) continue;
        const bucket = found.get(Number(row.bucket)) ?? new Map();
        found.set(Number(row.bucket), bucket);
        const resolution = interval === 'hour' ? Number(row.resolution) : null;
        bucket.set(resolution, new Map([[Number(row.value), Number(row.occurrences)]]));
      }
      return found;
    };
    const minutes = await delays.series('home', 'minute', { start: T + 60, steps: 2, fetch });
    expect([...minutes]).toEqual([
      [T + 60, new Map([[1, 2]])],
      [T + 120, new Map([[2, 2]])],
    ]);
    const m = T / 60;
    const table = `"${keyspace}"."${options.tableName}_histogram"`;
    expect(calls).toEqual([
      [
        true,
        table,
        'home',
        'minute',
        [m + 1, m + 2],
        [(m + 1) / 2, (m + 2) / 2].map(Math.floor).filter((w, i, all) => all.indexOf(w) === i),
      ],
    ]);
    const hour = await delays.get('home', 'hour', {
      timestamp: T,
      fetch,
      condense: true,
      transform: 'count',
    });
    expect([...hour.values()]).toEqual([10]);
    const wrong: CassandraFetch = () => JSON.parse('{"5": 5}');
    await expect(delays.get('home', 'minute', { timestamp: T, fetch: wrong })).rejects.toThrow(
      InvalidValueError,
    );
  });

  it('sends a bulk insert of 100,000 events with a bounded number of requests at once', async () => {
    const options = { ...fresh(), type: 'series', intervals: MINUTES } as const;
    const own = connectTo(store.points);
    await own.connect();
    const flight = { requests: 0, batches: 0, most: 0, mostBatches: 0, largest: 0 };
    const [execute, batch] = [own.execute.bind(own), own.batch.bind(own)];
    const during = async <R>(work: () => Promise<R>, batches: number) => {
      flight.requests++;
      flight.batches += batches;
      flight.most = Math.max(flight.most, flight.requests);
      flight.mostBatches = Math.max(flight.mostBatches, flight.batches);
      try {
        return await work();
      } finally {
        flight.requests--;
        flight.batches -= batches;
      }
    };
    Object.assign(own, {
      execute: (...given: [string, unknown[], object]) => during(() => execute(...given), 0),
      batch: (queries: { query: string; params: unknown[] }[], given: object) => {
        flight.largest = Math.max(flight.largest, queries.length);
        return during(() => batch(queries, given), 1);
      },
    });
    const series = await kairos.timeseries(own, options);
    const inserts = new Map<number, { [name: string]: number[] }>();
    for (let minute = 0; minute < 100; minute++) {
      const named: { [name: string]: number[] } = {};
      for (let name = 0; name < 100; name++) named[`n${name}`] = Array(10).fill(minute);
      inserts.set(T + minute * 60, named);
    }
    expect(await series.bulkInsert(inserts)).toEqual({ stored: 10_000, expired: 0 });
    expect(flight.most).toBeLessThanOrEqual(256);
    expect(flight.mostBatches).toBeLessThanOrEqual(32);
    expect(flight.largest).toBeLessThanOrEqual(100);
    const read = await series.series('n99', 'minute', {
      start: T,
      steps: 100,
      collapse: true,
      transform: 'count',
    });
    expect([...read.values()]).toEqual([1000]);
    await own.shutdown();
  }, 120_000);
});
