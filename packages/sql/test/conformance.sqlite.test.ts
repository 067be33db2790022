import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance, type FailingTarget } from '@kairos/adapter-tests';
import { sql } from '@kairos/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

const test = { describe, it, beforeAll, afterAll };
const folder = join(tmpdir(), `kairos-suite-${process.pid}`);
const file = join(folder, 'suite.db');

mkdirSync(folder);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shared = {
  backend: sql,
  options: (namespace: string) => ({ tableName: namespace }),
  values: { text: { valueType: 'text' } },
  failing,
};

/** A trigger refuses the bucket. The writer sees the same as for any other error of the server. */
async function failing({ source, namespace, type, name, interval, bucket, resolution }: FailingTarget) {
  const database = source instanceof Database ? source : new Database(file);
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  database.exec(
    `create trigger "refuse" before insert on "${namespace}_${type}"
     when new.name = ${literal(name)} and new.interval = ${literal(interval)}
       and new.bucket = ${bucket} and new.resolution = ${resolution}
     begin select raise(abort, 'refused by a trigger'); end`,
  );
  return async () => {
    database.exec('drop trigger "refuse"');
    if (database !== source) database.close();
  };
}

conformance({
  name: 'SQLite in memory',
  test,
  factory: {
    ...shared,
    source: () => new Database(':memory:'),
    close: async (source) => {
      if (source instanceof Database) source.close();
    },
  },
});

conformance({
  name: 'SQLite in a file',
  test,
  factory: {
    ...shared,
    source: () => `sqlite:${file}`,
    process: { module: join(__dirname, 'factory.mjs'), export: 'file' },
  },
});

conformance({
  name: 'SQLite through a Kysely',
  test,
  factory: {
    ...shared,
    source: () => new Kysely({ dialect: new SqliteDialect({ database: new Database(file) }) }),
    process: { module: join(__dirname, 'factory.mjs'), export: 'file' },
    close: async (source) => {
      if (source instanceof Kysely) await source.destroy();
    },
  },
});
