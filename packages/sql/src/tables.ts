import { type Kysely, sql } from 'kysely';
import type { Column } from './dialect/column.js';
import type { Dialect } from './dialect/dialect.js';
import type { SqlTables } from './fetch.js';
import { type Layout, namesColumns, RECORDS_TABLE, recordsColumns } from './layout.js';
import { createPartitionedStatements } from './partitions.js';
import type { Session } from './session/session.js';

/** The statements that create the tables of a timeseries where they are missing. */
export function createTableStatements(
  layout: Layout,
  dialect: Dialect,
  kysely: Kysely<SqlTables>,
): readonly string[] {
  const create = (table: string, columns: readonly Column[], key: readonly string[], options: string) => {
    const definitions = columns.map((column) => {
      const nullable = column.nullable === true ? sql`` : sql` not null`;
      return sql`${sql.ref(column.name)} ${sql.raw(dialect.columnTypes[column.kind])}${nullable}`;
    });
    definitions.push(sql`primary key (${sql.join(key.map((column) => sql.ref(column)))})`);
    const statement = sql`create table if not exists ${sql.table(table)} (${sql.join(definitions)}) ${sql.raw(options)}`;
    return statement.compile(kysely).sql.trim();
  };
  const partitioned = layout.partitions.size > 0;
  return [
    create(RECORDS_TABLE, recordsColumns, ['table_name', 'type'], dialect.tableOptions),
    create(layout.namesTable, namesColumns, ['key'], dialect.tableOptions),
    create(
      layout.table,
      layout.columns,
      layout.key,
      partitioned ? 'partition by list (interval)' : dialect.tableOptions,
    ),
    ...(partitioned ? createPartitionedStatements(layout, kysely) : []),
  ];
}

/** Creates the tables that are missing, safely beside other processes that do the same. */
export async function createTables(layout: Layout, session: Session): Promise<void> {
  const statements = createTableStatements(layout, session.dialect, session.kysely);
  await session.dialect.createTables(statements, session);
}

/** Fails with the server's own error where a table is missing, before anything is written. */
export async function checkTables(layout: Layout, session: Session): Promise<void> {
  for (const table of [RECORDS_TABLE, layout.namesTable, layout.table]) {
    const probe = sql`select 1 from ${sql.table(table)} where 1 = 0`.compile(session.kysely);
    await session.rows(probe, []);
  }
}
