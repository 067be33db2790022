import { ConfigurationError, Kairos, type TimeseriesType } from '@kairos/core';
import { sql as backend, createPartitionStatements, createStatements } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { onServer } from './support/servers.js';

let now = 600;
const clock = () => now;
const kairos = new Kairos([backend]);
const types: readonly TimeseriesType[] = ['series', 'histogram', 'count', 'gauge', 'set'];
const intervals = { minute: { step: 60, steps: 10 }, hour: { step: 3600, resolution: 60 } } as const;
const LONG = 'x'.repeat(300);
const own = (number: number) => `Kairos-${number} ${process.pid}`;

describe('The option "schema"', () => {
  const open = (options: object) =>
    kairos.timeseries('sqlite::memory:', { type: 'count', intervals, ...options });

  it.each(['', 'a.b', ' a', 'a ', 'a\0b', 'a"b', 'a`b', "a'b", 'a\\b', 'ä'.repeat(32), 7, null])(
    'is refused where it is %p',
    async (schema) => {
      await expect(open({ schema })).rejects.toThrow(
        /Option "schema" is .*; expected the name of one schema|Option "schema" is .*; expected well-formed text/,
      );
      await expect(open({ schema })).rejects.toBeInstanceOf(ConfigurationError);
    },
  );

  it('is what a dot in the table name is told to be', async () => {
    await expect(open({ tableName: 'analytics.hits' })).rejects.toThrow(
      'Option "tableName" is "analytics.hits"; expected no dot; a schema has an option of its own: { schema: "analytics", tableName: "hits" }',
    );
    expect(() => createStatements({ dialect: 'mysql', type: 'count', tableName: 'a.b.c' })).toThrow(
      ConfigurationError,
    );
  });
});

interface Schemas {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql';
  /** A source that reaches two existing schemas. */
  readonly source: object;
  readonly db: Kysely<unknown>;
  /** The tables of a schema. */
  tables(schema: string): Promise<readonly string[]>;
}

/** Tests that must pass in every schema, next to another one or without one. */
function schemaTests(given: () => Schemas): void {
  beforeEach(() => {
    now = 600;
  });

  const tableName = `schemas_${process.pid}`;
  const open = (type: TimeseriesType, schema: string | undefined, more: object = {}) =>
    kairos.timeseries(given().source, {
      type,
      tableName,
      intervals,
      clock,
      ...(schema !== undefined && { schema }),
      ...more,
    });

  it.each(types)('a %s in one schema never sees that in another', async (type) => {
    const [first, second, third] = [
      await open(type, own(1)),
      await open(type, own(2)),
      await open(type, undefined),
    ];
    const all = [first, second, third];
    for (const [place, each] of all.entries()) {
      expect(await each.list()).toEqual([]);
      await each.insert(`only ${place}`, 1, { timestamp: now });
      for (const value of [place, place + 1]) await each.insert(LONG, value, { timestamp: now });
      await each.bulkInsert(new Map([[now, { both: [place, place] }]]));
      expect((await each.list()).sort()).toEqual(['both', `only ${place}`, LONG].sort());
    }
    const read = async (each: (typeof all)[number], name: string) =>
      JSON.stringify([...(await each.get(name, 'minute', { timestamp: now, transform: 'mean' }))]);
    const before = await Promise.all(all.map((each) => read(each, LONG)));
    expect(new Set(before).size).toBe(3);
    await first.delete(LONG);
    await first.expire();
    expect(await first.properties(LONG)).toEqual({});
    await first.deleteAll();
    expect(await first.list()).toEqual([]);
    expect(await read(second, LONG)).toBe(before[1]);
    expect(await read(third, LONG)).toBe(before[2]);
    expect(Object.keys(await second.properties('both'))).toContain('minute');
    for (const each of all) {
      await each.deleteAll();
      await each.close();
    }
  });

  it('is refused by name where it is missing', async () => {
    await expect(open('count', own(9))).rejects.toMatchObject({
      code: ConfigurationError.code,
      message: expect.stringContaining(`Option "schema" is "${own(9)}", which does not exist`),
    });
  });

  it('has records of its own', async () => {
    const first = await open('count', own(1));
    const other = { intervals: { minute: { step: 90 } } };
    const second = await open('count', own(2), { ...other, allowSchemaChange: true });
    await expect(open('count', own(1), other)).rejects.toThrow(ConfigurationError);
    await expect(open('count', own(2))).rejects.toThrow(ConfigurationError);
    await expect(open('gauge', own(1), { valueType: 'int' })).rejects.toThrow('laid out as');
    await first.deleteAll();
    const again = await open('count', own(1), other);
    for (const each of [second, again]) await each.deleteAll();
    for (const each of [first, second, again]) await each.close();
  });

  it('holds what createStatements creates', async () => {
    const { dialect, db, tables } = given();
    const created = { tableName: `created_${process.pid}`, schema: own(1), type: 'series' } as const;
    const { tableName } = created;
    await expect(open('series', own(1), { tableName, createTables: false })).rejects.toThrow(
      `schema: "${own(1)}", tableName: "${tableName}"`,
    );
    const statements = createStatements({ dialect, ...created });
    for (const statement of [...statements, ...statements]) await sql.raw(statement).execute(db);
    const opened = await open('series', own(1), { tableName, createTables: false });
    await opened.insert('home', 1, { timestamp: 60 });
    expect(await opened.list()).toEqual(['home']);
    expect(await tables(own(1))).toEqual(
      expect.arrayContaining([
        'kairos_records',
        ...['', '_names', '_windows'].map((of) => `${tableName}_series${of}`),
      ]),
    );
    expect(await tables(own(2))).not.toContain(`${tableName}_series`);
    await opened.close();
  });

  it('is in the name of the table that a customized fetch gets', async () => {
    const hits = await open('count', own(1));
    await hits.insert('fetched', 3, { timestamp: 600 });
    const read = await hits.get('fetched', 'minute', {
      timestamp: 600,
      fetch: async (db, table) => {
        const rows = await db
          .selectFrom(table.name)
          .select(['bucket', 'amount'])
          .where('bucket', '=', 10)
          .execute();
        return new Map(rows.map(({ bucket, amount }) => [Number(bucket), new Map([[null, Number(amount)]])]));
      },
    });
    expect([...read.values()]).toEqual([3]);
    await hits.deleteAll();
    await hits.close();
  });
}

describe('SQLite', () => {
  let database: InstanceType<typeof Database>;
  let db: Kysely<unknown>;

  beforeAll(() => {
    database = new Database(':memory:');
    for (const number of [1, 2]) database.exec(`attach ':memory:' as "${own(number)}"`);
    db = new Kysely({ dialect: new SqliteDialect({ database }) });
  });
  afterAll(() => void database.close());

  schemaTests(() => ({
    dialect: 'sqlite',
    source: database,
    db,
    tables: async (schema) =>
      database.prepare(`select name from "${schema}".sqlite_master`).pluck().all().map(String),
  }));
});

for (const [source, dialect] of [
  [postgresServer, 'postgres'],
  [mariadbServer, 'mysql'],
  [mysqlServer, 'mysql'],
] as const) {
  onServer(source, (server) => {
    const pool = server.pool();
    const db = server.connect();
    const quoted = (number: number) => sql.id(own(number));

    beforeAll(async () => {
      for (const number of [1, 2]) await sql`create schema ${quoted(number)}`.execute(db);
    });
    afterAll(async () => {
      const cascade = dialect === 'postgres' ? sql`cascade` : sql``;
      for (const number of [1, 2]) await sql`drop schema ${quoted(number)} ${cascade}`.execute(db);
      for (const type of types) {
        for (const part of ['', '_names', '_windows']) {
          await sql`drop table if exists ${sql.id(`schemas_${process.pid}_${type}${part}`)}`.execute(db);
        }
      }
      await db.destroy();
      await pool.end();
    });

    schemaTests(() => ({
      dialect,
      source: pool,
      db,
      tables: async (schema) => {
        const found = sql<{
          found: string;
        }>`select table_name as found from information_schema.tables where table_schema = ${schema}`;
        return (await found.execute(db)).rows.map((row) => row.found);
      },
    }));

    if (dialect === 'postgres') {
      it('has the partitions of its tables', async () => {
        const options = {
          type: 'count',
          tableName: `parted_${process.pid}`,
          partitions: { minute: 10 },
        } as const;
        const place = (schema: string | undefined, more: object = {}) =>
          kairos.timeseries(pool, {
            ...options,
            ...(schema !== undefined && { schema }),
            intervals,
            clock,
            ...more,
          });
        const [first, second] = [await place(own(1)), await place(own(2))];
        for (const each of [first, second]) {
          for (now of [60, 6000, 12_000]) await each.insert('home', 1);
        }
        await first.expire();
        const partitions = async (schema: string) => {
          const found = sql<{
            found: string;
          }>`select relname as found from pg_class where relnamespace = ${`"${schema}"`}::regnamespace and relkind = 'r' and relname like ${'parted_%_p%'} order by 1`;
          return (await found.execute(db)).rows.map((row) => row.found.replace(/.*_/, ''));
        };
        expect(await partitions(own(1))).toEqual(['p20']);
        expect(await partitions(own(2))).toEqual(['p0', 'p10', 'p20']);
        const range = { ...options, schema: own(1), interval: 'minute', first: 300, last: 319 };
        for (const statement of createPartitionStatements(range)) await sql.raw(statement).execute(db);
        expect(await partitions(own(1))).toEqual(['p20', 'p30', 'p31']);
        expect(await first.list()).toEqual(['home']);
        await first.deleteAll();
        expect(await second.list()).toEqual(['home']);
        for (const each of [first, second]) await each.close();
      });
    }
  });
}
