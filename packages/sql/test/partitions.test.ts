import { ConfigurationError, Kairos, StorageError } from '@kairos/core';
import { sql as backend, createPartitionStatements, createStatements } from '@kairos/sql';
import { type Kysely, sql } from 'kysely';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([backend]);
const DAY = 86_400;

onServer(postgresServer, (server) => {
  const prefix = `parts_${process.pid}`;
  const namespaces: string[] = [];
  let db: Kysely<unknown>;

  beforeAll(() => {
    db = server.connect();
  });
  afterAll(async () => {
    await dropTables(server, namespaces);
    await db.destroy();
  });

  function newTable(): string {
    const tableName = `${prefix}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  async function partitionsOf(table: string): Promise<string[]> {
    const { rows } = await sql<{
      name: string;
    }>`select relid::text as name from pg_partition_tree(${table}::regclass)
      where isleaf order by 1`.execute(db);
    return rows.map(({ name }) => name);
  }

  it.each(['count', 'series', 'histogram', 'gauge', 'set'] as const)(
    'a partitioned %s holds what any other does, in the partitions of its buckets',
    async (type) => {
      const tableName = newTable();
      const timeseries = await kairos.timeseries(server.url, {
        type,
        tableName,
        intervals: {
          minute: { step: 60 },
          month: { step: 'monthly', resolution: 'daily' },
          'a:b "c"': { step: '1w' },
        },
        partitions: { minute: 1440, month: 100, 'a:b "c"': 52 },
      });
      for (const timestamp of [-DAY, 0, 60, DAY - 1, DAY, 1_700_000_000]) {
        await timeseries.insert('home', 1, { timestamp });
        await timeseries.insert('home', 2, { timestamp });
      }
      const days = await timeseries.series('home', 'minute', {
        start: 0,
        end: DAY,
        collapse: true,
        transform: 'count',
      });
      const expected = { count: 12, series: 8, histogram: 8, gauge: 2, set: 2 };
      expect(days).toEqual(new Map([[0, expected[type]]]));
      expect([...(await timeseries.series('home', 'month', { start: 0, steps: 1 })).values()]).toEqual([
        expect.objectContaining({ size: 2 }),
      ]);
      const table = `${tableName}_${type}`;
      const leaves = await partitionsOf(table);
      expect(leaves).toHaveLength(4 + 3 + 3 + 1);
      expect(leaves).toEqual(
        expect.arrayContaining([`${table}_minute_p0`, `${table}_minute_pn1`, `${table}_month_p2023`]),
      );
      expect(await timeseries.list()).toEqual(['home']);
      expect(await timeseries.properties('home')).toMatchObject({
        minute: { first: -DAY, last: 1_699_999_980 },
      });
      await timeseries.deleteAll();
      await timeseries.close();
    },
  );

  it('keeps intervals that are not partitioned beside the others', async () => {
    const tableName = newTable();
    const intervals = { minute: { step: 60 }, hour: { step: 3600 } } as const;
    const options = { type: 'count', tableName, intervals, partitions: { minute: 60 } } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.insert('home', 1, { timestamp: 7200 });
    const { rows } = await sql`select * from ${sql.table(`${tableName}_count_rest`)}`.execute(db);
    expect(rows).toHaveLength(1);
    expect(await hits.get('home', 'hour', { timestamp: 7200 })).toEqual(new Map([[7200, 1]]));
    await hits.close();
  });

  it('creates the same partitions from several writers at once', async () => {
    const tableName = newTable();
    const intervals = { minute: { step: 60 } } as const;
    const options = { type: 'count', tableName, intervals, partitions: { minute: 10 } } as const;
    const clientConfig = { max: 2 };
    const open = () => kairos.timeseries(server.url, { ...options, clientConfig });
    const writers = await Promise.all(Array.from({ length: 8 }, open));
    const inserts = new Map(Array.from({ length: 100 }, (_, minute) => [minute * 60, { home: [1] }]));
    await Promise.all(writers.map((hits) => hits.bulkInsert(inserts)));
    const [hits] = writers;
    const all = await hits?.series('home', 'minute', { start: 0, steps: 100 });
    expect([...(all?.values() ?? [])]).toEqual(Array(100).fill(8));
    expect(await partitionsOf(`${tableName}_count`)).toHaveLength(11);
    for (const each of writers) await each.close();
  });

  it('expire drops the partitions that are past their retention, and deletes the rest by rows', async () => {
    const tableName = newTable();
    let now = 0;
    const options = {
      type: 'count',
      tableName,
      intervals: { minute: { step: 60, steps: 15 }, day: { step: 'daily' } },
      partitions: { minute: 10 },
      clock: () => now,
    } as const;
    const hits = await kairos.timeseries(server.url, options);
    const other = await kairos.timeseries(server.url, options);
    const inserts = new Map(Array.from({ length: 40 }, (_, minute) => [minute * 60, { home: [1] }]));
    await hits.bulkInsert(inserts);
    await other.bulkInsert(inserts);
    now = 39 * 60;
    await hits.expire();
    const table = `${tableName}_count`;
    const kept = [`${table}_minute_p2`, `${table}_minute_p3`, `${table}_rest`];
    expect(await partitionsOf(table)).toEqual(kept);
    const { rows } =
      await sql`select min(bucket) as least from ${sql.table(table)} where interval = 'minute'`.execute(db);
    expect(rows).toEqual([{ least: '25' }]);
    expect(await hits.get('home', 'day', { timestamp: 0 })).toEqual(new Map([[0, 80]]));

    // The other process still believes that the partitions exist.
    now = 0;
    expect(await other.insert('home', 1, { timestamp: 0 })).toEqual({ stored: 2, expired: 0 });
    expect(await other.get('home', 'minute', { timestamp: 0 })).toEqual(new Map([[0, 1]]));
    await hits.close();
    await other.close();
  });

  it('expire leaves the partitions that somebody else gave no end, and deletes from them by rows', async () => {
    const tableName = newTable();
    let now = 0;
    const options = {
      type: 'count',
      tableName,
      intervals: { minute: { step: 60, steps: 15 } },
      partitions: { minute: 10 },
      clock: () => now,
    } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.insert('home', 1, { timestamp: 0 });
    const parts = sql.table(`${tableName}_count_minute_parts`);
    const own = { default: `${tableName}_default`, endless: `${tableName}_endless` };
    await sql`create table ${sql.table(own.default)} partition of ${parts} default`.execute(db);
    await sql`create table ${sql.table(own.endless)} partition of ${parts}
      for values from (1000) to (maxvalue)`.execute(db);
    const other = await kairos.timeseries(server.url, { ...options, createTables: false });
    const filled = [500, 510, 1000, 1010].map((minute) => [minute * 60, { home: [1] }] as const);
    now = 500 * 60;
    await other.bulkInsert(new Map(filled));
    now = 1010 * 60;
    await hits.expire();
    const left = await sql<{ bucket: string }>`select bucket from ${parts} order by bucket`.execute(db);
    expect(left.rows.map(({ bucket }) => Number(bucket))).toEqual([1000, 1010]);
    expect(await partitionsOf(`${tableName}_count`)).toEqual([
      `${tableName}_count_rest`,
      ...Object.values(own),
    ]);
    await hits.close();
    await other.close();
  });

  it('reads visit the partitions of their buckets alone', async () => {
    const tableName = newTable();
    const intervals = { minute: { step: 60 } } as const;
    const options = { type: 'count', tableName, intervals, partitions: { minute: 10 } } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.bulkInsert(new Map(Array.from({ length: 100 }, (_, minute) => [minute * 60, { home: [1] }])));
    const table = sql.table(`${tableName}_count`);
    const { rows } = await sql<object>`explain select * from ${table}
      where name = 'home' and interval = 'minute' and bucket between 25 and 26 order by bucket`.execute(db);
    const plan = rows.flatMap((row) => Object.values(row)).join('\n');
    expect(plan).toContain('_minute_p2');
    expect(plan).not.toMatch(/_minute_p[^2]|_rest/);
    await hits.close();
  });

  it('cannot be changed for a table that is there', async () => {
    const tableName = newTable();
    const options = { type: 'count', tableName, intervals: { minute: { step: 60 } } } as const;
    await (await kairos.timeseries(server.url, { ...options, partitions: { minute: 10 } })).close();
    await expect(kairos.timeseries(server.url, options)).rejects.toThrow(ConfigurationError);
    const opening = kairos.timeseries(server.url, { ...options, partitions: { minute: 20 } });
    await expect(opening).rejects.toThrow(/"minute":10.*"minute":20/);
  });

  it('can be created by the statements that are emitted for them', async () => {
    const tableName = newTable();
    const options = { type: 'count', tableName, partitions: { minute: 10 } } as const;
    const all = [
      ...createStatements({ dialect: 'postgres', ...options }),
      ...createPartitionStatements({ ...options, interval: 'minute', first: 0, last: 19 }),
    ];
    for (const statement of [...all, ...all]) await sql.raw(statement).execute(db);
    expect(await partitionsOf(`${tableName}_count`)).toHaveLength(3);
    const intervals = { minute: { step: 60 } } as const;
    const hits = await kairos.timeseries(server.url, { ...options, intervals, createTables: false });
    await hits.insert('home', 1, { timestamp: 19 * 60 });
    const beyond = hits.insert('home', 1, { timestamp: 20 * 60 });
    await expect(beyond).rejects.toThrow(StorageError);
    await expect(beyond).rejects.toThrow(/no partition/);
    expect(await hits.list()).toEqual(['home']);
    await hits.close();
  });

  it('are told apart where an interval is named like what stands for another', async () => {
    const options = { type: 'count', tableName: newTable() } as const;
    const partOf = (interval: string) => {
      const request = { ...options, partitions: { [interval]: 1 }, interval, first: 0, last: 0 };
      const [statement = ''] = createPartitionStatements(request);
      return /"([^"]+)" partition of/.exec(statement)?.[1] ?? '';
    };
    const [, digest = ''] = /_([^_]+)_p0$/.exec(partOf('every minute')) ?? [];
    expect(partOf(digest)).not.toBe(partOf('every minute'));
    const intervals = { 'every minute': { step: 60 }, [digest]: { step: 3600 } };
    const partitions = { 'every minute': 10, [digest]: 10 };
    const hits = await kairos.timeseries(server.url, { ...options, intervals, partitions });
    expect(await hits.insert('home', 1, { timestamp: 0 })).toEqual({ stored: 2, expired: 0 });
    expect(await partitionsOf(`${options.tableName}_count`)).toHaveLength(3);
    await hits.close();
  });

  it('are told apart, however long the names of table and interval are', () => {
    const names = new Set<string>();
    for (const tableName of ['x'.repeat(40), `${'x'.repeat(39)}y`, 'X'.repeat(100), 'x']) {
      for (const interval of ['i'.repeat(20), 'i'.repeat(21), `${'i'.repeat(20)}j`, 'a_p1', 'a p1', 'A']) {
        const request = { type: 'histogram', tableName, partitions: { [interval]: 1 }, interval } as const;
        for (const bucket of [0, 1, -1, Number.MAX_SAFE_INTEGER - 1, Number.MIN_SAFE_INTEGER]) {
          const [statement = ''] = createPartitionStatements({ ...request, first: bucket, last: bucket });
          const [, name = ''] = /"([^"]+)" partition of/.exec(statement) ?? [];
          expect(name.length).toBeLessThanOrEqual(63);
          names.add(name);
        }
      }
    }
    expect(names.size).toBe(4 * 6 * 5);
  });
});

it('partitions are refused where the server has none, or they make no sense', async () => {
  const options = { type: 'count', intervals: { minute: { step: 60 } } } as const;
  const on = (partitions: object) =>
    kairos.timeseries('sqlite::memory:', { ...options, partitions: partitions as { minute: number } });
  await expect(on({ minute: 10 })).rejects.toThrow(/PostgreSQL only/);
  await expect(on({ minute: 0 })).rejects.toThrow(/"partitions.minute"/);
  await expect(on([1])).rejects.toThrow(ConfigurationError);
  const request = { type: 'count', partitions: { minute: 1 }, interval: 'hour', first: 0, last: 1 } as const;
  expect(() => createPartitionStatements(request)).toThrow(ConfigurationError);
});
