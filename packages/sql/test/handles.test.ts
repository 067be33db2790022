import { Kairos } from '@kairos/core';
import { sql as backend, type SqlFetch } from '@kairos/sql';
import { CompiledQuery as Compiled, type CompiledQuery, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer, type Server, type ServerSource } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60, steps: 100_000 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };
const clock = () => 10_000;

function handleTests(server: Server): void {
  const prefix = `handles_${process.pid}`;
  const namespaces: string[] = [];

  afterAll(() => dropTables(server, namespaces));

  function newTable(): string {
    const tableName = `${prefix}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  it('a URL opens and closes a client of its own, with clientConfig', async () => {
    const options = { type: 'count', tableName: newTable(), intervals, clock } as const;
    const clientConfig = server.name === 'PostgreSQL' ? { max: 1 } : { connectionLimit: 1 };
    const hits = await kairos.timeseries(server.url, { ...options, clientConfig });
    await Promise.all(Array.from({ length: 20 }, () => hits.insert('home', 1, at)));
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 20]]));
    await hits.close();
  });

  for (const [kind, open] of Object.entries(server.handles)) {
    it(`${kind} is taken as a handle, and stays open`, async () => {
      const { handle, end } = open();
      const options = { type: 'set', valueType: 'text', tableName: newTable(), intervals, clock } as const;
      const words = await kairos.timeseries(handle, options);
      await words.insert('home', ['a', 'A', 'a '], at);
      await words.close();
      const again = await kairos.timeseries(handle, options);
      expect(await again.get('home', 'hour', at)).toEqual(new Map([[7200, new Set(['a', 'A', 'a '])]]));
      await again.close();
      await end();
    });
  }

  it('a customized fetch reads with the Kysely of the server', async () => {
    const long = 'é'.repeat(500);
    const options = { type: 'count', tableName: newTable(), intervals, clock } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.bulkInsert(
      new Map([
        [7200, { home: [1, 2], [long]: [4] }],
        [7260, { home: [8] }],
      ]),
    );
    const doubled: SqlFetch = async (db, table, name, interval, start, end) => {
      const rows = await db
        .selectFrom(table.name)
        .select(['bucket', 'resolution', 'amount'])
        .where('name', '=', table.keyOf(name))
        .where('interval', '=', table.keyOf(interval))
        .where('bucket', '>=', start)
        .where('bucket', '<=', end)
        .execute();
      const found = new Map<number, Map<number, number>>();
      for (const { bucket, resolution, amount } of rows) {
        const resolutions = found.get(Number(bucket)) ?? new Map<number, number>();
        found.set(Number(bucket), resolutions.set(Number(resolution), amount * 2));
      }
      return found;
    };
    const range = { start: 7200, end: 7260, fetch: doubled };
    expect(await hits.series('home', 'minute', range)).toEqual(
      new Map([
        [7200, 6],
        [7260, 16],
      ]),
    );
    expect(await hits.series(['home', long], 'minute', range)).toEqual(
      new Map([
        [7200, 14],
        [7260, 16],
      ]),
    );
    expect(await hits.series('home', 'hour', range)).toEqual(
      new Map([
        [
          7200,
          new Map([
            [7200, 6],
            [7260, 16],
          ]),
        ],
      ]),
    );
    await hits.close();
  });

  it('an event with many copies, and values beyond one statement, are applied whole', async () => {
    const options = {
      type: 'series',
      valueType: 'blob',
      textLength: 2 ** 20,
      tableName: newTable(),
    } as const;
    const blobs = await kairos.timeseries(server.url, { ...options, intervals: { minute: { step: 60 } } });
    const large = Array.from({ length: 40 }, (_, index) => new Uint8Array(2 ** 20).fill(index));
    await blobs.insert('large', large, at);
    const read = (await blobs.get('large', 'minute', at)).get(7200) ?? [];
    expect(read.map((bytes) => [bytes.length, bytes[0]])).toEqual(large.map((_, index) => [2 ** 20, index]));
    await blobs.insert('copied', new Uint8Array(1), { ...at, intervals: 12_000 });
    expect(
      (await blobs.series('copied', 'minute', { start: 7200, steps: 12_001, collapse: true })).get(7200),
    ).toHaveLength(12_001);
    await blobs.deleteAll();
    await blobs.close();
  });

  it('lists more names than a recursive query could go through', async () => {
    const hits = await kairos.timeseries(server.url, {
      type: 'count',
      tableName: newTable(),
      intervals,
      clock,
    });
    const named = Array.from({ length: 3000 }, (_, index) => [`name ${index}`, [1]] as const);
    await hits.bulkInsert(new Map([[7200, new Map(named)]]));
    expect(await hits.list()).toHaveLength(3000);
    await hits.close();
  });

  it('expire goes through many names and rows in steps', async () => {
    let now = 0;
    const options = { type: 'set', tableName: newTable(), clock: () => now } as const;
    const set = await kairos.timeseries(server.url, {
      ...options,
      intervals: { minute: { step: 60, steps: 1 }, hour: { step: 3600 } },
    });
    const names = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`name ${index}`, [1]]));
    const many = Array.from({ length: 12_000 }, (_, index) => index);
    await set.bulkInsert(new Map([[0, { ...names, full: many }]]));
    now = 60;
    await set.insert('name 0', 2);
    await set.expire('full');
    const db = server.connect();
    const left = async () => {
      const table = sql.table(`${options.tableName}_set`);
      const minute = server.literal('minute');
      const query = sql<{
        rows: unknown;
      }>`select count(*) as ${sql.ref('rows')} from ${table} where ${sql.ref('interval')} = ${minute}`;
      return Number((await query.execute(db)).rows[0]?.rows);
    };
    expect(await left()).toBe(151);
    await set.expire();
    expect(await left()).toBe(1);
    expect(await set.list()).toHaveLength(151);
    await db.destroy();
    await set.close();
  });

  it.each(['series', 'histogram', 'count', 'set', 'gauge'] as const)(
    'every statement of a %s goes by the primary key',
    async (type) => {
      const tableName = newTable();
      const run: CompiledQuery[] = [];
      const db = server.connect((query) => run.push(query));
      const timeseries = await kairos.timeseries(db, { type, tableName, intervals, clock });
      const long = 'x'.repeat(1000);
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', long];
      const bulk = Array.from({ length: 1500 }, (_, minute) => {
        const named = names.map((name) => [name, [minute]] as const);
        return [minute * 60 - 50_000, Object.fromEntries(named)] as const;
      });
      await timeseries.bulkInsert(new Map(bulk));
      const table = sql.table(`${tableName}_${type}`);
      await (server.name === 'PostgreSQL' ? sql`analyze ${table}` : sql`analyze table ${table}`).execute(db);
      run.length = 0;
      await timeseries.get('a', 'minute');
      await timeseries.series('a', 'minute', { steps: 30 });
      await timeseries.series('a', 'hour', { steps: 2 });
      await timeseries.series(['a', 'b', long], 'minute', { steps: 10 });
      await timeseries.list();
      await timeseries.properties('a');
      await timeseries.expire('a');
      await timeseries.expire();
      await timeseries.delete('a');
      const queries = run.filter(({ sql: text }) => /^(select|with|delete)/.test(text));
      expect(queries.length).toBeGreaterThan(6);
      for (const { sql: text, parameters } of queries) {
        const plan = await db.executeQuery<object>(Compiled.raw(`explain ${text}`, [...parameters]));
        const bad = plan.rows
          .map((row) => JSON.stringify(row))
          .filter((row) => server.isScan(row, `${tableName}_${type}`));
        expect({ text, bad }).toEqual({ text, bad: [] });
      }
      await timeseries.close();
      await db.destroy();
    },
  );
}

const drivers: readonly (readonly [ServerSource, string])[] = [
  [postgresServer, 'pg'],
  [mariadbServer, 'mysql2'],
  [mysqlServer, 'mysql2'],
];
for (const [source, driver] of drivers) {
  onServer(source, (server) => {
    handleTests(server);

    it('a URL without its driver is refused, with the command that installs it', async () => {
      jest.resetModules();
      jest.doMock(driver, () => {
        throw Object.assign(new Error(`Cannot find module '${driver}'`), { code: 'MODULE_NOT_FOUND' });
      });
      const { sql: fresh } = await import('@kairos/sql');
      const opening = new Kairos([fresh]).timeseries(server.url, { type: 'count', intervals });
      await expect(opening).rejects.toThrow(`npm install ${driver}`);
      jest.dontMock(driver);
    });
  });
}
