import { type Kysely, sql } from 'kysely';
import type { Column } from './dialect/column.js';
import type { Dialect } from './dialect/dialect.js';
import type { SqlTables } from './fetch.js';
import { type Layout, namesColumns, RECORDS_TABLE, recordsColumns } from './layout.js';
import type { Session } from './session/session.js';

/** The statements that create the tables of a timeseries where they are missing. */
export function createTableStatements(
  layout: Layout,
  dialect: Dialect,
  kysely: Kysely<SqlTables>,
): readonly string[] {
  const create = (table: string, columns: readonly Column[], key: readonly string[]) => {
    const definitions = columns.map((column) => {
      const nullable = column.nullable === true ? sql`` : sql` not null`;
      return sql`${sql.ref(column.name)} ${sql.raw(dialect.columnTypes[column.kind])}${nullable}`;
    });
    definitions.push(sql`primary key (${sql.join(key.map((column) => sql.ref(column)))})`);
    const statement = sql`create table if not exists ${sql.table(table)} (${sql.join(definitions)}) ${sql.raw(dialect.tableOptions)}`;
    return statement.compile(kysely).sql.trim();
  };
  return [
    create(RECORDS_TABLE, recordsColumns, ['table_name', 'type']),
    create(layout.namesTable, namesColumns, ['key']),
    create(layout.table, layout.columns, layout.key),
  ];
}

/** Creates the tables that are missing, safely beside other processes that do the same. */
export async function createTables(layout: Layout, session: Session): Promise<void> {
  const statements = createTableStatements(layout, session.dialect, session.kysely);
  await session.dialect.createTables(statements, {
    run: (statement) => session.run({ sql: statement }, []),
    apply: async (all) => {
      const failure = await session.apply(all.map((sql) => ({ statement: { sql }, parameters: [] })));
      if (failure !== null) throw failure.error;
    },
  });
}
