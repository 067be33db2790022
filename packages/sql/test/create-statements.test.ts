import { Kairos, StorageError, type TimeseriesType } from '@kairos/core';
import { sql as backend, createStatements } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const types: readonly TimeseriesType[] = ['series', 'histogram', 'count', 'gauge', 'set'];

/** Opens the tables that the emitted statements created, as a user that may create none. */
async function opensWhatWasCreated(
  db: Kysely<unknown>,
  dialect: 'sqlite' | 'postgres' | 'mysql',
  tableName: string,
) {
  const kairos = new Kairos([backend]);
  const intervals = { minute: { step: 60 } } as const;
  for (const type of types) {
    const options = { type, tableName, intervals, createTables: false } as const;
    await expect(kairos.timeseries(db, options)).rejects.toThrow(StorageError);
    const statements = createStatements({ dialect, type, tableName });
    for (const statement of [...statements, ...statements]) await sql.raw(statement).execute(db);
    const timeseries = await kairos.timeseries(db, options);
    await timeseries.insert('home', 1, { timestamp: 60 });
    await timeseries.insert('x'.repeat(1000), 1, { timestamp: 60 });
    expect(await timeseries.list()).toHaveLength(2);
    await timeseries.deleteAll();
    await timeseries.close();
  }
}

describe('SQLite', () => {
  it('opens what the emitted statements created', async () => {
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) });
    await opensWhatWasCreated(db, 'sqlite', 'created');
    await db.destroy();
  });
});

for (const [source, dialect] of [
  [postgresServer, 'postgres'],
  [mariadbServer, 'mysql'],
  [mysqlServer, 'mysql'],
] as const) {
  onServer(source, (server) => {
    it('opens what the emitted statements created', async () => {
      const tableName = `created_${process.pid}`;
      const db = server.connect();
      await opensWhatWasCreated(db, dialect, tableName);
      await dropTables(server, [tableName]);
      await db.destroy();
    });
  });
}
