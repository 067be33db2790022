/** The stores of the conformance suite, for the processes that tests start. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@kairos/sql';

const store = (source) => ({
  backend: sql,
  source,
  options: (namespace) => ({ tableName: namespace }),
  values: { text: { valueType: 'text' } },
});

// Jest gives each test its own environment variables. Without the variable, the path depends on the parent
// process.
export const file = store(
  () =>
    `sqlite:${process.env.KAIROS_SQLITE_FILE ?? join(tmpdir(), `kairos-suite-${process.ppid}`, 'suite.db')}`,
);
export const postgres = store(() => process.env.POSTGRES_URL);
export const mariadb = store(() => process.env.MARIADB_URL);
export const vitess = store(() => process.env.VITESS_URL);
export const mysql = store(() => process.env.MYSQL_URL);
export const nodeSqlite = store(() => {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const folder = join(tmpdir(), `kairos-node-sqlite-${process.ppid}`);
  return new DatabaseSync(join(folder, 'suite.db'), { timeout: 5000 });
});
