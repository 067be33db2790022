import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance } from '@kairos/adapter-tests';
import { Kairos, StorageError } from '@kairos/core';
import { sql } from '@kairos/sql';
import { CompiledQuery, Kysely } from 'kysely';
import { AdaptedDatabase, nodeSqlite } from '../src/session/node-sqlite.js';

const builtIn = nodeSqlite();
const test = { describe, it, beforeAll, afterAll };
const shared = {
  backend: sql,
  options: (namespace: string) => ({ tableName: namespace }),
  values: { text: { valueType: 'text' } },
};

// tests/packaging always runs the suite on a runtime that has node:sqlite.
if (builtIn === undefined) {
  it.skip(`needs node:sqlite, which Node ${process.version} lacks`, () => {});
} else {
  const { DatabaseSync } = builtIn;
  const folder = join(tmpdir(), `kairos-node-sqlite-${process.pid}`);
  const file = join(folder, 'suite.db');
  mkdirSync(folder);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const close = async (source: unknown) => {
    if (source instanceof DatabaseSync) source.close();
  };
  conformance({
    name: 'a DatabaseSync in memory',
    test,
    factory: { ...shared, source: () => new DatabaseSync(':memory:'), close },
  });
  conformance({
    name: 'a DatabaseSync on a file',
    test,
    factory: {
      ...shared,
      source: () => {
        const database = new DatabaseSync(file, { timeout: 5000 });
        database.exec('pragma journal_mode = wal');
        return database;
      },
      process: { module: join(__dirname, 'factory.mjs'), export: 'nodeSqlite' },
      close,
    },
  });

  describe('node:sqlite', () => {
    const kairos = new Kairos([sql]);
    const intervals = { minute: { step: 60 } } as const;

    it('leaves a transaction of the user to the user', async () => {
      const database = new DatabaseSync(':memory:');
      const hits = await kairos.timeseries(database, { type: 'count', intervals });
      await hits.insert('kept', 1, { timestamp: 60 });
      database.exec('begin');
      await hits.bulkInsert(new Map([[60, { undone: [1], undone2: [2] }]]));
      expect(await hits.list()).toEqual(['kept', 'undone', 'undone2']);
      database.exec('rollback');
      expect(await hits.list()).toEqual(['kept']);
      await hits.close();
      expect(database.prepare('select 1 as one').all()).toHaveLength(1);
      database.close();
    });

    it('tells a locked file from a wrong value', async () => {
      const locked = join(folder, 'locked.db');
      const [first, second] = [new DatabaseSync(locked), new DatabaseSync(locked)];
      const hits = await kairos.timeseries(first, { type: 'count', intervals });
      second.exec('begin immediate');
      const failure = await hits.insert('a', 1, { timestamp: 60 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StorageError);
      expect(String(failure)).toContain('database is locked');
      second.exec('commit');
      await hits.insert('a', 1, { timestamp: 60 });
      for (const database of [first, second]) database.close();
    });

    it('knows a transaction where the runtime does not tell', () => {
      const database = new DatabaseSync(':memory:');
      const adapted = new AdaptedDatabase({
        prepare: (text) => database.prepare(text),
        exec: (text) => database.exec(text),
        close: () => database.close(),
      });
      expect(adapted.inTransaction).toBe(false);
      database.exec('begin');
      expect(adapted.inTransaction).toBe(true);
      database.exec('rollback');
      expect(adapted.inTransaction).toBe(false);
      database.close();
    });

    it('reads for a customized fetch', async () => {
      const database = new DatabaseSync(':memory:');
      const hits = await kairos.timeseries(database, { type: 'count', intervals });
      await hits.insert('a', 2, { timestamp: 60 });
      const read = await hits.get('a', 'minute', {
        timestamp: 60,
        fetch: async (db, table) => {
          expect(db).toBeInstanceOf(Kysely);
          const { rows } = await db.executeQuery<{ amount: number }>(
            CompiledQuery.raw(`select amount from ${table.name} where bucket = ?`, [1]),
          );
          return new Map(rows.map(({ amount }) => [1, new Map([[null, amount]])]));
        },
      });
      expect([...read.values()]).toEqual([2]);
      database.close();
    });
  });
}
