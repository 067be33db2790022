import { ConfigurationError, describeValue, StorageError } from '@kairos/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { createMissing } from './create-missing.js';
import type { Column } from './dialect/column.js';
import type { Creation, Dialect } from './dialect/dialect.js';
import { bareName, inSchema } from './dialect/table-name.js';
import type { SqlTables } from './fetch.js';
import { type Layout, namesColumns, recordsColumns, WINDOWS_KEY, windowsColumns } from './layout.js';
import type { CheckedOptions } from './options.js';
import { partitionedCreations } from './partitions.js';
import type { Session } from './session/session.js';

/** For `expire`, and for entries that were marked long ago. */
const windowsIndexes = (dialect: Dialect) => [
  { suffix: 'expiry', columns: sql`(${sql.join(expiryColumns(dialect))})`, of: sql`` },
  {
    suffix: 'marks',
    columns: sql`(${sql.ref('deleted')})`,
    of: sql` where ${sql.ref('deleted')} is not null`,
  },
];

function expiryColumns({ expiryWindow, expiryByName }: Dialect): readonly RawBuilder<unknown>[] {
  return [sql.ref('interval'), expiryWindow, ...(expiryByName ? [sql.ref('name')] : [])];
}

/** Statements that create the tables of a timeseries. */
export function tableCreations(
  layout: Layout,
  dialect: Dialect,
  kysely: Kysely<SqlTables>,
): readonly Creation[] {
  const create = (
    table: string,
    columns: readonly Column[],
    key: readonly string[],
    options: string,
    more: readonly RawBuilder<unknown>[] = [],
  ) => {
    const definitions = columns.map((column) => {
      const nullable = column.nullable === true ? sql`` : sql` not null`;
      return sql`${sql.ref(column.name)} ${sql.raw(dialect.columnTypes[column.kind])}${nullable}`;
    });
    definitions.push(sql`primary key (${sql.join(key.map((column) => sql.ref(column)))})`, ...more);
    const statement = sql`create table if not exists ${sql.table(table)} (${sql.join(definitions)}) ${sql.raw(options)}`;
    return { table, statement: { sql: statement.compile(kysely).sql.trim() } };
  };
  const { indexOn } = dialect;
  const partitioned = layout.partitions.size > 0;
  const indexes = windowsIndexes(dialect);
  return [
    create(layout.recordsTable, recordsColumns, ['table_name', 'type'], dialect.tableOptions),
    create(layout.namesTable, namesColumns, ['key'], dialect.tableOptions),
    create(
      layout.windowsTable,
      windowsColumns,
      WINDOWS_KEY,
      dialect.tableOptions,
      indexOn === undefined ? indexes.map(({ columns }) => sql`key ${columns}`) : [],
    ),
    ...(indexOn === undefined ? [] : indexes).map(({ suffix, columns, of }) => {
      const index = inSchema(layout.schema, `${bareName(layout.table)}_${suffix}`);
      const statement = sql`create index if not exists ${indexOn?.(index, layout.windowsTable)} ${columns}${of}`;
      return { table: index, statement: { sql: statement.compile(kysely).sql } };
    }),
    create(
      layout.table,
      layout.columns,
      layout.key,
      partitioned ? 'partition by list (interval)' : dialect.tableOptions,
      layout.type === 'series' && dialect.spread === true ? [sql`key (${sql.ref('sequence')})`] : [],
    ),
    ...(partitioned ? partitionedCreations(layout, kysely) : []),
  ];
}

/** Creates missing tables. */
export async function createTables(layout: Layout, session: Session): Promise<void> {
  await createMissing(tableCreations(layout, session.dialect, session.kysely), session, layout.schema);
}

/** Whether the tables of a timeseries exist. */
export async function hasTables(layout: Layout, session: Session): Promise<boolean> {
  const { dialect, kysely } = session;
  const tables = [layout.recordsTable, layout.namesTable, layout.windowsTable, layout.table].map(bareName);
  const wanted = sql.join(tables.map((table) => sql.lit(table)));
  const rows = await session.rows(dialect.tablesAmong(wanted, layout.schema).compile(kysely), []);
  const there = new Set(rows.map(([table]) => dialect.text.read(table)));
  return tables.every((table) => there.has(table));
}

interface FoundTable {
  readonly columns: Set<string>;
  /** The columns of its primary key, by position. */
  readonly key: Map<number, string>;
}

/** Rejects if a table is missing, or is not Kairos'. Nothing has been written yet. */
export async function checkTables(
  layout: Layout,
  session: Session,
  options: CheckedOptions,
  refuseOtherLayout: () => Promise<void>,
): Promise<void> {
  const { dialect, kysely } = session;
  const expected = [
    { table: layout.recordsTable, columns: recordsColumns, key: ['table_name', 'type'] },
    { table: layout.namesTable, columns: namesColumns, key: ['key'] },
    layout,
    { table: layout.windowsTable, columns: windowsColumns, key: WINDOWS_KEY },
  ];
  const wanted = sql.join(expected.map(({ table }) => sql.lit(bareName(table))));
  const found = new Map<string, FoundTable>();
  const query = dialect.columnsAmong(wanted, layout.schema).compile(kysely);
  for (const [table, column, place] of await session.rows(query, [])) {
    const name = dialect.text.read(table);
    const known = found.get(name) ?? { columns: new Set(), key: new Map() };
    found.set(name, known);
    known.columns.add(dialect.text.read(column));
    if (Number(place) > 0) known.key.set(Number(place), dialect.text.read(column));
  }
  for (const { table, columns, key } of expected) {
    const known = found.get(bareName(table));
    if (known === undefined) throw missingTable(table, layout, dialect, options);
    const others = `expected a table that Kairos created, or another "tableName"`;
    const missing = columns.find(({ name }) => !known.columns.has(name));
    if (missing !== undefined) {
      throw new ConfigurationError(`The table "${table}" has no column "${missing.name}"; ${others}`);
    }
    const given = [...known.key].sort(([a], [b]) => a - b).map(([, column]) => column);
    if (given.join() !== key.join()) {
      const has = given.length === 0 ? 'no primary key' : `the primary key (${given.join(', ')})`;
      throw new ConfigurationError(
        `The table "${table}" has ${has}, in place of (${key.join(', ')}); ${others}`,
      );
    }
    // A table with another layout lacks columns. The layout error says more.
    if (table === layout.recordsTable) await refuseOtherLayout();
  }
  if (layout.type === 'series') await checkSequence(layout, session);
}

function missingTable(
  table: string,
  { type }: Layout,
  { name }: Dialect,
  { tableName, schema, createTables }: CheckedOptions,
): StorageError {
  const why = createTables
    ? 'cannot be found after it was created'
    : 'does not exist, and "createTables" is false';
  const where = schema === undefined ? '' : `schema: ${describeValue(schema)}, `;
  const call = `createStatements({ dialect: '${name}', type: '${type}', ${where}tableName: ${describeValue(tableName)}, … })`;
  return new StorageError(
    `The table "${table}" ${why}; expected what the statements of ${call} create, with the other options of this timeseries`,
  );
}

/**
 * Without rights on the sequence of a series, the first insert would fail. Checking here reports it earlier.
 */
async function checkSequence({ table, schema }: Layout, session: Session): Promise<void> {
  const query = session.dialect.unusableSequence?.(bareName(table), schema).compile(session.kysely);
  const [[sequence] = []] = query === undefined ? [] : await session.rows(query, []);
  if (sequence === undefined) return;
  throw new ConfigurationError(
    `The user may insert into the table "${table}", but not use its sequence ${sequence}; expected: grant usage on sequence ${sequence} to that user`,
  );
}
