import { ConfigurationError, Kairos, StorageError } from '@kairos/core';
import { sql as backend, createStatements } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { Client, Pool } from 'pg';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 } } as const;

/** Tables with the names of Kairos' tables that belong to something else. */
function foreignTests(connect: () => Kysely<unknown>, name: string): void {
  let db: Kysely<unknown>;
  beforeAll(() => {
    db = connect();
  });
  afterAll(() => db.destroy());

  const keyed = 'name varchar(50), "window" integer, bucket integer, resolution integer, amount integer';
  const foreign: Record<string, { statement: string; expected: RegExp }> = {
    'a table with other columns': {
      statement: `create table ${name}_count (id integer primary key, total integer)`,
      expected: /_count" has no column "interval"/,
    },
    'a table without the primary key': {
      statement: `create table ${name}_count (${keyed}, "interval" varchar(50))`,
      expected: /_count" has no primary key.*\(interval, window, name, bucket, resolution\)/,
    },
    'a view with the right columns': {
      statement: `create view ${name}_count as select 'a' as name, 'b' as "interval", 1 as "window", 1 as bucket, 1 as resolution, 1 as amount`,
      expected: /_count" has no primary key/,
    },
  };
  for (const [what, { statement, expected }] of Object.entries(foreign)) {
    it(`${what} is refused by its name when it is opened`, async () => {
      const kind = what.includes('view') ? 'view' : 'table';
      const quoted = db.getExecutor().adapter.constructor.name.startsWith('Mysql')
        ? statement.replaceAll('"', '`')
        : statement;
      await sql.raw(quoted).execute(db);
      try {
        for (const createTables of [true, false]) {
          const options = { type: 'count', tableName: name, intervals, createTables } as const;
          // On the second opening, the other tables exist.
          const opening = kairos.timeseries(db, options);
          await expect(opening).rejects.toThrow(ConfigurationError);
          await expect(opening).rejects.toThrow(expected);
        }
      } finally {
        await sql.raw(`drop ${kind} ${name}_count`).execute(db);
      }
    });
  }

  it('a missing table is told with what creates it', async () => {
    const options = { type: 'count', tableName: `${name}_missing`, intervals, createTables: false } as const;
    const opening = kairos.timeseries(db, options);
    await expect(opening).rejects.toThrow(StorageError);
    await expect(opening).rejects.toThrow(
      /does not exist.*createStatements\(\{ dialect: '\w+', type: 'count'/,
    );
  });
}

describe('SQLite', () => {
  const database = new Database(':memory:');
  foreignTests(() => new Kysely({ dialect: new SqliteDialect({ database }) }), 'foreign');
});

for (const source of [postgresServer, mariadbServer, mysqlServer]) {
  onServer(source, (server) => {
    const tableName = `foreign_${process.pid}`;
    afterAll(() => dropTables(server, [tableName]));
    foreignTests(() => server.connect(), tableName);
  });
}

onServer(postgresServer, (server) => {
  describe('a user with few rights', () => {
    const tableName = `rights_${process.pid}`;
    const role = `writer_${process.pid}`;
    const admin = new Pool({ connectionString: server.url });
    const url = new URL(server.url);
    url.username = role;
    url.password = 'secret';
    const options = { type: 'series', tableName, intervals, createTables: false } as const;

    beforeAll(async () => {
      for (const statement of createStatements({ dialect: 'postgres', type: 'series', tableName })) {
        await admin.query(statement);
      }
      await (await kairos.timeseries(server.url, options)).close();
      await admin.query(`create role ${role} login password 'secret'`);
      await admin.query(`grant select, insert, update, delete on kairos_records to ${role}`);
      await admin.query(`grant select, insert, update, delete on ${tableName}_series_names to ${role}`);
      await admin.query(`grant select, insert, update, delete on ${tableName}_series_windows to ${role}`);
      await admin.query(`grant select on ${tableName}_series to ${role}`);
    });
    afterAll(async () => {
      await admin.query(`drop owned by ${role}`);
      await admin.query(`drop role ${role}`);
      await admin.end();
      await dropTables(server, [tableName]);
    });

    it('opens a series that it may only read', async () => {
      const words = await kairos.timeseries(url.href, options);
      expect(await words.list()).toEqual([]);
      await words.close();
    });

    it('is told of the sequence of a series that it may write and not number', async () => {
      await admin.query(`grant insert, delete on ${tableName}_series to ${role}`);
      const opening = kairos.timeseries(url.href, options);
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/grant usage on sequence public\.rights_\d+_series_sequence_seq/);
      await admin.query(`grant usage on sequence ${tableName}_series_sequence_seq to ${role}`);
      const words = await kairos.timeseries(url.href, options);
      await words.insert('home', 1, { timestamp: 0 });
      expect(await words.get('home', 'minute', { timestamp: 0 })).toEqual(new Map([[0, [1]]]));
      await words.close();
    });
  });

  it('a Client of pg is refused: a pool is wanted', async () => {
    const opening = kairos.timeseries(new Client(server.url), { type: 'count', intervals });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/Client of pg; expected a pool/);
    const pool = new Pool({ connectionString: server.url });
    const lent = await pool.connect();
    await expect(kairos.timeseries(lent, { type: 'count', intervals })).rejects.toThrow(/expected a pool/);
    lent.release();
    await pool.end();
  });

  it('a server that does not listen leaves an insert surely not stored', async () => {
    const pool = new Pool({ connectionString: server.url });
    const hits = await kairos.timeseries(pool, {
      type: 'count',
      tableName: `gone_${process.pid}`,
      intervals,
    });
    await hits.deleteAll();
    await hits.insert('home', 1);
    await pool.query('select 1');
    const gone = new Pool({ connectionString: server.url.replace(/:\d+\//, ':1/') });
    Reflect.set(pool, 'connect', () => gone.connect());
    const insert = hits.insert('home', 1);
    await expect(insert).rejects.toThrow(/was not stored/);
    await expect(insert).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    Reflect.deleteProperty(pool, 'connect');
    await pool.end();
    await gone.end();
    await dropTables(server, [`gone_${process.pid}`]);
  });
});
