import { Kairos, StorageError, type TimeseriesType } from '@kairos/core';
import { sql as backend, createStatements } from '@kairos/sql';
import { type Kysely, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { onServer } from './support/servers.js';

const types: readonly TimeseriesType[] = ['series', 'histogram', 'count', 'gauge', 'set'];
const intervals = { minute: { step: 60, steps: 10 }, day: { step: 'daily', resolution: 60 } } as const;
const kairos = new Kairos([backend]);
const schema = `kairos_rights_${process.pid}`;
const LONG = 'x'.repeat(300);

/** The statements in the README, for each server. */
const rights = {
  postgres: {
    use: (user: string) => [`grant usage on schema ${schema} to ${user}`],
    data: (user: string) => [
      `grant select, insert, update, delete on all tables in schema ${schema} to ${user}`,
      `grant usage on all sequences in schema ${schema} to ${user}`,
    ],
    create: (user: string) => [
      `grant usage, create on schema ${schema} to ${user}`,
      // For a table that another user created.
      `grant select, insert, update on ${schema}.kairos_records to ${user}`,
    ],
    user: (name: string) => [`create role ${name} login password 'secret'`],
    account: (name: string) => name,
  },
  mysql: {
    use: () => [],
    data: (user: string) => [`grant select, insert, update, delete on ${schema}.* to ${user}`],
    create: (user: string) => [`grant create, select, insert, update, delete on ${schema}.* to ${user}`],
    user: (name: string) => [`create user '${name}'@'%' identified by 'secret'`],
    account: (name: string) => `'${name}'@'%'`,
  },
};

for (const [source, dialect] of [
  [postgresServer, 'postgres'],
  [mariadbServer, 'mysql'],
  [mysqlServer, 'mysql'],
] as const) {
  onServer(source, (server) => {
    const { use, data, create, user, account } = rights[dialect];
    const [writer, creator] = [`kairos_writer_${process.pid}`, `kairos_creator_${process.pid}`];
    let now = 600;
    let db: Kysely<unknown>;

    const run = async (statements: readonly string[]) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    };
    const urlOf = (name: string) => {
      const url = new URL(server.url);
      url.username = name;
      url.password = 'secret';
      if (dialect === 'mysql') url.pathname = '/';
      return url.href;
    };
    const open = (name: string, type: TimeseriesType, tableName: string, createTables: boolean) =>
      kairos.timeseries(urlOf(name), {
        type,
        schema,
        tableName,
        intervals,
        createTables,
        clock: () => now,
      });

    beforeAll(async () => {
      db = server.connect();
      await run([`create schema ${schema}`, ...user(writer), ...user(creator)]);
      await run(createStatements({ dialect, type: 'count', schema, tableName: 'given' }));
      await run([...use(account(writer)), ...create(account(creator))]);
    });

    afterAll(async () => {
      if (dialect === 'postgres') {
        await run([`drop schema ${schema} cascade`, `drop role ${writer}`, `drop role ${creator}`]);
      } else {
        await run([`drop schema ${schema}`, `drop user ${account(writer)}, ${account(creator)}`]);
      }
      await db.destroy();
    });

    /** Makes every call of a timeseries. */
    async function allWorks(name: string, type: TimeseriesType, tableName: string, creates: boolean) {
      now = 600;
      const timeseries = await open(name, type, tableName, creates);
      for (const each of ['home', LONG]) await timeseries.insert(each, 1);
      await timeseries.insert('home', 1);
      await timeseries.bulkInsert(new Map([[600, { away: [2] }]]));
      expect((await timeseries.list()).sort()).toEqual(['away', 'home', LONG].sort());
      expect((await timeseries.get('home', 'minute')).size).toBe(1);
      expect((await timeseries.series(['home', 'away'], 'day', { steps: 2 })).size).toBe(2);
      expect(Object.keys(await timeseries.properties('home'))).toContain('minute');
      await timeseries.delete(LONG);
      now = 6000;
      await timeseries.expire();
      await timeseries.expire('home');
      expect((await timeseries.list()).sort()).toEqual(['away', 'home']);
      await timeseries.deleteAll();
      expect(await timeseries.list()).toEqual([]);
      await timeseries.close();
    }

    it.each(types)(
      'a user with the rights of the README that may not create works with a %s',
      async (type) => {
        const tableName = 'given';
        await run(createStatements({ dialect, type, schema, tableName }));
        await run(data(account(writer)));
        await allWorks(writer, type, tableName, false);
        // All tables exist, so none is created.
        await allWorks(writer, type, tableName, true);
        await expect(open(writer, type, 'missing', true)).rejects.toThrow(/denied/);
        await expect(open(writer, type, 'missing', false)).rejects.toThrow(StorageError);
      },
    );

    it.each(types)('a user that may create makes the tables of a %s', async (type) => {
      await allWorks(creator, type, 'own', true);
    });
  });
}
