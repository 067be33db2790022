import { ConfigurationError } from '@kairos/core';
import { createTable, type Layout, type Table } from '../layout.js';
import type { CheckedOptions, Replication } from '../options.js';
import type { RowForm } from '../rows/row-form.js';
import type { Session } from '../session/session.js';
import { agree } from './agreement.js';
import { define } from './define.js';
import { knownNames } from './known-names.js';

/**
 * Makes sure that every node knows the keyspace and the tables, and that the value column has the type of `valueType`.
 * Many processes may do so at once.
 */
export async function ensureSchema(
  session: Session,
  layout: Layout,
  form: RowForm,
  options: CheckedOptions,
): Promise<void> {
  await ensureKeyspace(session, layout.keyspace, options.replication);
  const tables = tablesOf(layout);
  const missing = await missingTables(session, layout.keyspace, tables);
  if (missing.length > 0 && !options.createTables) {
    throw new ConfigurationError(
      `Option "createTables" is false, and tables are missing; expected someone to create them with: ${missing.map(createTable).join('; ')}`,
    );
  }
  for (const table of missing) await define(session, createTable(table));
  await agree(session, tables);
  await checkValueColumn(session, layout, form, options);
}

/** Whether every table is known to some node. */
export async function hasTables(session: Session, layout: Layout): Promise<boolean> {
  return (await missingTables(session, layout.keyspace, tablesOf(layout))).length === 0;
}

function tablesOf({ data, names, windows, records }: Layout): readonly Table[] {
  return [data, names, windows, records];
}

async function ensureKeyspace(
  session: Session,
  keyspace: string,
  replication: Replication | null,
): Promise<void> {
  const query = 'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?';
  const found = await knownNames(session, query, keyspace, 'keyspace_name', (names) => names.has(keyspace));
  if (found.has(keyspace)) return;
  if (replication === null) {
    throw new ConfigurationError(
      `Option "keyspace" is "${keyspace}", which does not exist; expected an existing one, or option "replication", such as 3, to create it`,
    );
  }
  const strategy =
    typeof replication === 'number'
      ? { class: 'SimpleStrategy', replication_factor: replication }
      : { class: 'NetworkTopologyStrategy', ...replication };
  // A CQL map is JSON with single quotes. Neither keys nor numbers can contain quotes.
  const map = JSON.stringify(strategy).replaceAll('"', "'");
  await define(session, `CREATE KEYSPACE IF NOT EXISTS "${keyspace}" WITH replication = ${map}`);
}

async function missingTables(session: Session, keyspace: string, tables: readonly Table[]): Promise<Table[]> {
  const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?';
  const missingOf = (names: ReadonlySet<string>) => tables.filter(({ name }) => !names.has(name));
  return missingOf(
    await knownNames(session, query, keyspace, 'table_name', (names) => missingOf(names).length === 0),
  );
}

async function checkValueColumn(
  session: Session,
  { keyspace, data }: Layout,
  { value }: RowForm,
  { valueTypeName }: CheckedOptions,
): Promise<void> {
  if (value === null) return;
  const query =
    'SELECT type FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ? AND column_name = ?';
  const params = [keyspace, data.name, value.column];
  const found = (await session.execute(query, params, { prepare: true, isIdempotent: true })).first();
  const type: unknown = found?.type;
  if (type === value.cql) return;
  throw new ConfigurationError(
    `Option "valueType" is "${valueTypeName}", which is stored as ${value.cql}, but the table ${data.qualified} holds ${String(type)}; expected the type it was created with, or another tableName`,
  );
}
