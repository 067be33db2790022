import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BulkInsertError, ConfigurationError, Kairos } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer, refuseBucket, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const at = { timestamp: 7200 };

/** Enough names for several statements. One of these is refused below. */
function manyNames(): Map<number, Record<string, number[]>> {
  const named = Array.from({ length: 6000 }, (_, index) => [`name ${index}`, [1]]);
  return new Map([[7200, { ...Object.fromEntries(named), ['x'.repeat(300)]: [1] }]]);
}

function optionsOf(tableName: string) {
  return { type: 'count', tableName, intervals: { minute: { step: 60 } } } as const;
}

interface Store {
  connect(): Kysely<unknown>;
  /** Makes the table of a count refuse the very last name. */
  refuse(tableName: string): Promise<() => Promise<void>>;
  newTable(): string;
}

/** Tests on a Kysely that is a transaction of the user's. */
function transactionTests({ connect, refuse, newTable }: Store): void {
  let db: Kysely<unknown>;

  beforeAll(() => {
    db = connect();
  });
  afterAll(() => db.destroy());

  it('a bulk insert that fails in a transaction leaves nothing of it, and the transaction goes on', async () => {
    const options = optionsOf(newTable());
    const outside = await kairos.timeseries(db, options);
    const accept = await refuse(options.tableName);
    await db.transaction().execute(async (transaction) => {
      const hits = await kairos.timeseries(transaction, options);
      await hits.insert('home', 1, at);
      const inserts = manyNames();
      const failure = await hits.bulkInsert(inserts).catch((error: unknown) => error);
      if (!(failure instanceof BulkInsertError)) throw new Error('Nothing failed', { cause: failure });
      expect([failure.failed, failure.unknown]).toEqual([inserts, new Map()]);
      expect(await hits.list()).toEqual(['home']);
      await hits.bulkInsert(new Map([[7200, { about: [1], ['y'.repeat(300)]: [1] }]]));
    });
    await accept();
    expect([...(await outside.list())].sort()).toEqual(['about', 'home', 'y'.repeat(300)]);
  });

  it('opening on a transaction leaves it open, and what is written in it is rolled back with it', async () => {
    const options = optionsOf(newTable());
    const outside = await kairos.timeseries(db, options);
    const transaction = await db.startTransaction().execute();
    const hits = await kairos.timeseries(transaction, options);
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    await transaction.rollback().execute();
    expect(await outside.list()).toEqual([]);
  });

  it('a call that fails in a transaction takes nothing along of those beside it', async () => {
    const options = optionsOf(newTable());
    const outside = await kairos.timeseries(db, options);
    const others = await kairos.timeseries(db, { ...options, type: 'set' });
    const accept = await refuse(options.tableName);
    await db.transaction().execute(async (transaction) => {
      const hits = await kairos.timeseries(transaction, options);
      const words = await kairos.timeseries(transaction, { ...options, type: 'set' });
      const calls = [
        hits.bulkInsert(manyNames()),
        hits.insert('home', 1, at),
        words.bulkInsert(new Map([[7200, { ['y'.repeat(300)]: [1] }]])),
        hits.bulkInsert(new Map([[7200, { about: [1], ['y'.repeat(300)]: [1] }]])),
      ];
      const ended = await Promise.allSettled(calls);
      expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    });
    await accept();
    expect([...(await outside.list())].sort()).toEqual(['about', 'home', 'y'.repeat(300)]);
    expect(await others.list()).toEqual(['y'.repeat(300)]);
  });
}

describe('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-transactions-'));
  let tables = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const database = new Database(join(folder, 'all.db'));
  transactionTests({
    connect: () => new Kysely({ dialect: new SqliteDialect({ database }) }),
    refuse: async (tableName) => {
      database.exec(`create trigger refuse before insert on ${tableName}_count when new.name = 'name 999'
        begin select raise(abort, 'refused by a trigger'); end`);
      return async () => void database.exec('drop trigger refuse');
    },
    newTable: () => `transactions_${tables++}`,
  });
});

function serverTests(server: Server): void {
  const namespaces: string[] = [];
  afterAll(() => dropTables(server, namespaces));

  const newTable = () => {
    const tableName = `transactions_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  };
  const refused = {
    source: server.url,
    type: 'count',
    name: 'name 999',
    interval: 'minute',
    bucket: 120,
    resolution: 0,
  } as const;
  transactionTests({
    connect: () => server.connect(),
    refuse: (namespace) => refuseBucket(server, { namespace, ...refused }),
    newTable,
  });

  if (server.name === 'PostgreSQL') {
    it('opening on a transaction holds up no other opening where the tables are there', async () => {
      const [tableName, another] = [newTable(), newTable()];
      await (await kairos.timeseries(server.url, optionsOf(tableName))).close();
      const db = server.connect();
      await db.transaction().execute(async (transaction) => {
        await kairos.timeseries(transaction, optionsOf(tableName));
        const other = await kairos.timeseries(server.url, optionsOf(another));
        await other.close();
      });
      await db.destroy();
    });

    it('opening on a transaction creates what is missing as a part of it', async () => {
      const options = optionsOf(newTable());
      const db = server.connect();
      const transaction = await db.startTransaction().execute();
      await (await kairos.timeseries(transaction, options)).insert('home', 1, at);
      await transaction.rollback().execute();
      const opening = kairos.timeseries(db, { ...options, createTables: false });
      await expect(opening).rejects.toThrow(/does not exist/);
      await db.destroy();
    });
  } else {
    it('opening on a transaction is refused where creating the tables would commit it', async () => {
      const options = optionsOf(newTable());
      const written = optionsOf(newTable());
      const db = server.connect();
      const outside = await kairos.timeseries(db, written);
      const transaction = await db.startTransaction().execute();
      await (await kairos.timeseries(transaction, written)).insert('home', 1, at);
      const opening = kairos.timeseries(transaction, options);
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(`"${options.tableName}_count_names" is missing`);
      await transaction.rollback().execute();
      expect(await outside.list()).toEqual([]);
      await db.destroy();
    });
  }
}

onServer(postgresServer, serverTests);
onServer(mariadbServer, serverTests);
onServer(mysqlServer, serverTests);
