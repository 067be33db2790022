import { type IntervalsOptions, Kairos, type TimeseriesType } from '@kairos/core';
import { sql } from '@kairos/sql';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const names = Array.from({ length: 300 }, (_, index) => `page ${index}`);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const kairos = new Kairos([sql]);

/** One value of each name in a minute. */
function minute(number: number, value = 1): Map<number, Record<string, number[]>> {
  return new Map([[number * 60, Object.fromEntries(names.map((name) => [name, [value]]))]]);
}

onServer(postgresServer, (server) => {
  const namespaces: string[] = [];

  afterAll(() => dropTables(server, namespaces));

  function newTable(): string {
    const tableName = `new_rows_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  /** Opens counts that note how their rows are inserted. */
  async function watched(intervals: IntervalsOptions) {
    const inserts: string[] = [];
    const db = server.connect(({ sql }) => {
      if (!/insert into "\w+_count" /.test(sql)) return;
      if (sql.startsWith('with')) inserts.push('both');
      else inserts.push(sql.includes('on conflict') ? 'upsert' : 'insert');
    });
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const hits = await kairos.timeseries(db, options);
    const write = async (number: number) => {
      inserts.length = 0;
      await hits.bulkInsert(minute(number));
      return [...inserts];
    };
    return { db, options, hits, write };
  }

  it('later buckets of many names are inserted without a look for them, unless they exist', async () => {
    const { db, options, hits, write } = await watched(intervals);
    expect(await write(1)).toEqual(['upsert']);
    expect(await write(2)).toEqual(['insert']);
    expect(await write(2)).toEqual(['upsert']);
    expect(await write(1)).toEqual(['upsert']);
    const elsewhere = await kairos.timeseries(server.url, options);
    await elsewhere.bulkInsert(minute(3));
    // The log leaves out the insert that the server refused.
    expect(await write(3)).toEqual(['upsert']);
    // Other rows may exist, too.
    expect(await write(4)).toEqual(['upsert']);
    for (const name of [names[0] ?? '', names.at(-1) ?? '']) {
      expect(await hits.series(name, 'minute', { start: 60, end: 299 })).toEqual(
        new Map([1, 2, 3, 4].map((number) => [number * 60, number === 4 ? 1 : 2])),
      );
      expect(await hits.get(name, 'hour', { timestamp: 60, condense: true })).toEqual(new Map([[0, 7]]));
    }
    await elsewhere.close();
    await db.destroy();
  });

  it.each([
    { a: { step: 60 }, b: { step: 86_400 } },
    { a: { step: 86_400 }, b: { step: 60 } },
  ])('buckets of which some exist are one statement (%j)', async (intervals) => {
    const { db, hits, write } = await watched(intervals);
    expect(await write(1)).toEqual(['upsert']);
    expect(await write(2)).toEqual(['both']);
    expect(await write(3)).toEqual(['both']);
    for (const [interval, { step }] of Object.entries(intervals)) {
      const [first, last] = step === 60 ? [60, 180] : [0, 0];
      expect(await hits.series('page 7', interval, { start: first, end: last, collapse: true })).toEqual(
        new Map([[first, 3]]),
      );
    }
    await db.destroy();
  });

  it('several processes at once lose nothing, whichever rows they take for new', async () => {
    const options = {
      type: 'count',
      tableName: newTable(),
      intervals: { a: { step: 60 }, b: { step: 300 }, c: { step: 60 } },
    } as const;
    const all = await Promise.all(Array.from({ length: 4 }, () => kairos.timeseries(server.url, options)));
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    await Promise.all(
      all.map(async (timeseries, index) => {
        for (const number of numbers) {
          if (index === 0 || number % (index + 1) === 0) await timeseries.bulkInsert(minute(number));
        }
      }),
    );
    const expected = numbers.map((number) => [1, 2, 3, 4].filter((each) => number % each === 0).length);
    for (const name of names) {
      const minutes = new Map(expected.map((amount, number) => [number * 60, amount]));
      for (const interval of ['a', 'c'] as const) {
        expect(await all[0]?.series(name, interval, { start: 0, end: 719 })).toEqual(minutes);
      }
      expect(await all[0]?.series(name, 'b', { start: 0, end: 719, collapse: true })).toEqual(
        new Map([[0, expected.reduce((sum, amount) => sum + amount)]]),
      );
    }
    await Promise.all(all.map((timeseries) => timeseries.close()));
  });

  it.each([
    ['count', 3],
    ['gauge', 2],
    [
      'histogram',
      new Map([
        [1, 1],
        [2, 1],
      ]),
    ],
    ['set', new Set([1, 2])],
    ['series', [2, 1]],
  ] satisfies [TimeseriesType, unknown][])(
    'a %s that another process has written meanwhile holds the data of both',
    async (type, expected) => {
      const options = { type, tableName: newTable(), intervals } as const;
      const here = await kairos.timeseries(server.url, options);
      const elsewhere = await kairos.timeseries(server.url, options);
      await here.bulkInsert(minute(1));
      await elsewhere.bulkInsert(minute(2, type === 'gauge' ? 1 : 2));
      await here.bulkInsert(minute(2, type === 'gauge' ? 2 : 1));
      for (const name of names) {
        expect(await here.get(name, 'minute', { timestamp: 120 })).toEqual(new Map([[120, expected]]));
      }
      await here.close();
      await elsewhere.close();
    },
  );

  it('rows that are there already do not end a transaction of the user', async () => {
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.bulkInsert(minute(2));
    const db = server.connect();
    await db.transaction().execute(async (transaction) => {
      const inside = await kairos.timeseries(transaction, options);
      await inside.bulkInsert(minute(1));
      await inside.bulkInsert(minute(2));
    });
    expect(await hits.series('page 7', 'minute', { start: 60, end: 179 })).toEqual(
      new Map([
        [60, 1],
        [120, 2],
      ]),
    );
    await hits.close();
    await db.destroy();
  });
});
