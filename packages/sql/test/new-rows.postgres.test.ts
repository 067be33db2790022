import { Kairos, type TimeseriesType } from '@kairos/core';
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

  it('later buckets of many names are inserted without a look for them, unless they exist', async () => {
    const inserts: string[] = [];
    const db = server.connect(({ sql }) => {
      if (/^insert into "\w+_count" /.test(sql))
        inserts.push(sql.includes('on conflict') ? 'upsert' : 'insert');
    });
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const hits = await kairos.timeseries(db, options);
    const write = async (number: number) => {
      inserts.length = 0;
      await hits.bulkInsert(minute(number));
      return [...inserts];
    };
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
    for (const name of [names[0], names.at(-1)]) {
      expect(await hits.series(name ?? '', 'minute', { start: 60, end: 299 })).toEqual(
        new Map([1, 2, 3, 4].map((number) => [number * 60, number === 4 ? 1 : 2])),
      );
      expect(await hits.get(name ?? '', 'hour', { timestamp: 60, condense: true })).toEqual(
        new Map([[0, 7]]),
      );
    }
    await elsewhere.close();
    await db.destroy();
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
