import { setTimeout as sleep } from 'node:timers/promises';
import { BulkInsertError } from '@kairos/core';
import { connectTo } from './support/cluster.js';
import { inKeyspace, value } from './support/keyspace.js';

const T = Math.floor(Date.now() / 86_400_000) * 86_400;
const MINUTES = { minute: { step: 60 } } as const;

inKeyspace('The directory of names', (store) => {
  const { kairos, keyspace, fresh, rowsOf } = store;

  it('knows what one process writes after another has deleted it', async () => {
    const options = { ...fresh(), intervals: MINUTES } as const;
    for (const type of ['count', 'series'] as const) {
      const [one, other] = [
        await kairos.timeseries(store.client, { ...options, type }),
        await kairos.timeseries(store.client, { ...options, type }),
      ];
      await one.insert('home', 1, { timestamp: T });
      await other.delete('home');
      await one.insert('home', 2, { timestamp: T + 60 });
      expect(await other.list()).toEqual(['home']);
      expect(await other.properties('home')).toEqual({ minute: { first: T + 60, last: T + 60 } });
      await other.deleteAll();
      await one.insert('home', 3, { timestamp: T });
      expect(await other.list()).toEqual(['home']);
      await other.delete('home');
      expect(await value(one.get('home', 'minute', { timestamp: T }))).toEqual([type === 'count' ? 0 : []]);
      expect(await one.list()).toEqual([]);
    }
  });

  it('knows a window for as long as any of its buckets is kept, which may be a step after the first', async () => {
    const options = { ...fresh({ valuesPerBucket: 33_333 }), type: 'series' } as const;
    const edge = 1_700_000_008;
    let began = Date.now();
    const series = await kairos.timeseries(store.client, {
      ...options,
      intervals: { cut: { step: 8, steps: 1, resolution: 1 } },
      clock: () => edge - 1 + (Date.now() - began) / 1000,
    });
    began = Date.now();
    // A window of three seconds. Its first second is the last of a bucket.
    await series.insert('home', 1, { timestamp: edge - 1 });
    await series.insert('home', 2, { timestamp: edge });
    await sleep(6500);
    expect(await series.properties('home')).toEqual({ cut: { first: edge, last: edge } });
    await series.delete('home');
    expect(await value(series.get('home', 'cut', { timestamp: edge }))).toEqual([]);
  });

  const entries = async (series: string) =>
    (await rowsOf('kairos_names')).filter((row) => row.series === series).map(({ name }) => String(name));

  const longAgo = (Date.now() - 3_700_000) * 1000;

  /** Copies the rows of one timeseries to another within a table, with timestamps of long ago. */
  const copyAged = async (table: string, from: string, to: string) => {
    const { rows } = await store.client.execute(`SELECT JSON * FROM "${keyspace}"."${table}"`);
    for (const { '[json]': json } of rows) {
      const row: Record<string, unknown> = JSON.parse(json);
      if ('series' in row && row.series !== from) continue;
      if ('series' in row) row.series = to;
      if ('hint' in row) Object.assign(row, { hint: null, touched: longAgo });
      await store.client.execute(
        `INSERT INTO "${keyspace}"."${table === from ? to : table}" JSON ?`,
        [JSON.stringify(row)],
        { prepare: true, timestamp: longAgo },
      );
    }
  };

  it('forgets a name without data once nobody can be writing to it unseen', async () => {
    const options = { ...fresh(), type: 'set', intervals: MINUTES } as const;
    const set = await kairos.timeseries(store.client, options);
    const series = `${options.tableName}_set`;
    await set.insert('kept', 1, { timestamp: T });
    await set.insert('deleted', 1, { timestamp: T });
    await set.delete('deleted');
    expect(await set.list()).toEqual(['kept']);
    expect((await entries(series)).sort()).toEqual(['deleted', 'kept']);
    // An entry that another process made more than an hour ago, without ever writing data.
    const elsewhere = { ...options, ...fresh() };
    await (await kairos.timeseries(store.client, elsewhere)).insert('old', 1);
    await copyAged('kairos_names', `${elsewhere.tableName}_set`, series);
    await copyAged('kairos_windows', `${elsewhere.tableName}_set`, series);
    expect((await entries(series)).sort()).toEqual(['deleted', 'kept', 'old']);
    expect(await set.list()).toEqual(['kept']);
    expect((await entries(series)).sort()).toEqual(['deleted', 'kept']);
    expect(await rowsOf('kairos_windows', `WHERE series = '${series}' AND name = 'old'`)).toEqual([]);
  });

  it('keeps a name that has data only in an interval, or from a time, that another process keeps', async () => {
    const intervals = { minute: { step: 60, steps: 1000 }, day: { step: 86_400 } };
    const options = { ...fresh(), type: 'set', intervals } as const;
    const set = await kairos.timeseries(store.client, options);
    const elsewhere = { ...options, ...fresh() };
    const source = await kairos.timeseries(store.client, elsewhere);
    const now = Math.floor(Date.now() / 1000);
    await source.insert('old', 1, { timestamp: now - 30_000 });
    const from = `${elsewhere.tableName}_set`;
    const series = `${options.tableName}_set`;
    for (const table of ['kairos_names', 'kairos_windows', from]) await copyAged(table, from, series);
    const shorter = await kairos.timeseries(store.client, {
      ...options,
      intervals: { minute: { step: 60, steps: 10 } },
    });
    expect(await shorter.list()).toEqual([]);
    expect(await set.list()).toEqual(['old']);
    expect(Object.keys(await set.properties('old'))).toEqual(['minute', 'day']);
    await set.delete('old');
    expect(await rowsOf(series)).toEqual([]);
  });

  it('keeps a name with counters in an interval that another process knows, until that expires them', async () => {
    const options = { ...fresh(), type: 'count', intervals: { hour: { step: 3600, steps: 2 } } } as const;
    await kairos.timeseries(store.client, options);
    const elsewhere = { ...options, ...fresh() };
    await (await kairos.timeseries(store.client, elsewhere)).insert('old', 1);
    const series = `${options.tableName}_count`;
    await copyAged('kairos_names', `${elsewhere.tableName}_count`, series);
    await copyAged('kairos_windows', `${elsewhere.tableName}_count`, series);
    const other = await kairos.timeseries(store.client, { ...options, intervals: MINUTES });
    expect(await other.list()).toEqual([]);
    expect(await entries(series)).toEqual(['old']);
  });

  it('does not list a name of which nothing could be stored', async () => {
    const options = { ...fresh(), type: 'count', intervals: MINUTES } as const;
    const hits = await kairos.timeseries(store.client, options);
    const table = `"${keyspace}"."${options.tableName}_count"`;
    await store.client.execute(`ALTER TABLE ${table} RENAME bucket TO refused`);
    const error = await hits
      .bulkInsert(new Map([[T, { a: [1], b: [2] }]]))
      .catch((reason: unknown) => reason);
    await store.client.execute(`ALTER TABLE ${table} RENAME refused TO bucket`);
    expect(error).toBeInstanceOf(BulkInsertError);
    if (!(error instanceof BulkInsertError)) return;
    expect(error.unknown.size).toBe(0);
    expect(await hits.list()).toEqual([]);
    await hits.bulkInsert(error.failed as ReadonlyMap<number, { [name: string]: number[] }>);
    expect(await hits.list()).toEqual(['a', 'b']);
  });

  it('does not list a name whose data has expired, to who keeps it for longer either', async () => {
    const options = { ...fresh(), type: 'series' } as const;
    const short = await kairos.timeseries(store.client, {
      ...options,
      intervals: { second: { step: 1, steps: 2 } },
    });
    await short.insert('one', 1);
    await short.bulkInsert(new Map([[null, { one: [1], two: [2] }]]));
    await sleep(3500);
    const long = await kairos.timeseries(store.client, {
      ...options,
      intervals: { second: { step: 1, steps: 100_000 } },
    });
    expect([await short.list(), await long.list()]).toEqual([[], []]);
  });

  it.each(['count', 'histogram'] as const)(
    'does not list a name of a %s whose data was expired by who keeps it for less time',
    async (type) => {
      const options = { ...fresh(), type } as const;
      const now = Math.floor(Date.now() / 1000);
      const long = await kairos.timeseries(store.client, {
        ...options,
        intervals: { minute: { step: 60, steps: 100 } },
      });
      const short = await kairos.timeseries(store.client, {
        ...options,
        intervals: { minute: { step: 60, steps: 2 } },
      });
      for (const name of ['one', 'two']) await long.insert(name, 1, { timestamp: now - 600 });
      await long.bulkInsert(new Map([[now - 600, { three: [1], four: [1] }]]));
      await long.insert('kept', 1, { timestamp: now });
      await short.expire('one');
      expect(await long.list()).toEqual(['four', 'kept', 'three', 'two']);
      await short.expire();
      expect(await long.list()).toEqual(['kept']);
    },
  );

  it('does not list names that a process entered before it died', async () => {
    const options = { ...fresh(), type: 'series', intervals: MINUTES } as const;
    const own = connectTo(store.points);
    await own.connect();
    const dying = await kairos.timeseries(own, options);
    const batch = own.batch.bind(own);
    const execute = own.execute.bind(own);
    const dead = new Promise<never>(() => {});
    await new Promise<void>((resolve, reject) => {
      const isOfData = (query: string | undefined) =>
        query?.includes(`${options.tableName}_series"`) === true;
      const died = () => {
        resolve();
        return dead;
      };
      Object.assign(own, {
        batch: (queries: { query: string; params: unknown[] }[], given: object) =>
          queries.some(({ query }) => isOfData(query)) ? died() : batch(queries, given),
        execute: (query: string, params: unknown[], given: object) =>
          isOfData(query) ? died() : execute(query, params, given),
      });
      // More than one batch holds, so the names are entered first.
      const many = Array(1200).fill(1);
      dying.bulkInsert(new Map([[T, { one: many, two: many }]])).catch(reject);
    });
    expect((await entries(`${options.tableName}_series`)).sort()).toEqual(['one', 'two']);
    const other = await kairos.timeseries(store.client, options);
    expect(await other.list()).toEqual([]);
    await own.shutdown();
  });

  it.each(['count', 'series'] as const)('lists names of a %s without looking at its data', async (type) => {
    const options = { ...fresh(), type, intervals: { minute: { step: 60, steps: 1000 } } } as const;
    const own = connectTo(store.points);
    const stats = await kairos.timeseries(own, options);
    await stats.insert('alone', 1);
    await stats.bulkInsert(new Map([[null, { one: [1], two: [2] }]]));
    const looked: string[] = [];
    const execute = own.execute.bind(own);
    Object.assign(own, {
      execute: (query: string, params: unknown[], given: object) => {
        if (query.includes(`"${options.tableName}_${type}"`)) looked.push(query);
        return execute(query, params, given);
      },
    });
    expect(await stats.list()).toEqual(['alone', 'one', 'two']);
    expect(looked).toEqual([]);
    await stats.delete('one');
    expect(await stats.list()).toEqual(['alone', 'two']);
    await own.shutdown();
  });
});
