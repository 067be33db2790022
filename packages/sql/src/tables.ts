import { type Kysely, sql } from 'kysely';
import { createMissing } from './create-missing.js';
import type { Column } from './dialect/column.js';
import type { Creation, Dialect } from './dialect/dialect.js';
import type { SqlTables } from './fetch.js';
import { type Layout, namesColumns, RECORDS_TABLE, recordsColumns } from './layout.js';
import { partitionedCreations } from './partitions.js';
import type { Session } from './session/session.js';

/** What creates the tables of a timeseries. */
export function tableCreations(
  layout: Layout,
  dialect: Dialect,
  kysely: Kysely<SqlTables>,
): readonly Creation[] {
  const create = (table: string, columns: readonly Column[], key: readonly string[], options: string) => {
    const definitions = columns.map((column) => {
      const nullable = column.nullable === true ? sql`` : sql` not null`;
      return sql`${sql.ref(column.name)} ${sql.raw(dialect.columnTypes[column.kind])}${nullable}`;
    });
    definitions.push(sql`primary key (${sql.join(key.map((column) => sql.ref(column)))})`);
    const statement = sql`create table if not exists ${sql.table(table)} (${sql.join(definitions)}) ${sql.raw(options)}`;
    return { table, statement: { sql: statement.compile(kysely).sql.trim() } };
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
    ...(partitioned ? partitionedCreations(layout, kysely) : []),
  ];
}

/** Creates the tables that are missing. */
export async function createTables(layout: Layout, session: Session): Promise<void> {
  await createMissing(tableCreations(layout, session.dialect, session.kysely), session);
}

/** Fails with the server's own error where a table is missing, before anything is written. */
export async function checkTables(layout: Layout, session: Session): Promise<void> {
  for (const table of [RECORDS_TABLE, layout.namesTable, layout.table]) {
    const probe = sql`select 1 from ${sql.table(table)} where 1 = 0`.compile(session.kysely);
    await session.rows(probe, []);
  }
}
