import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, describeValue, isError } from '@kairos/core';
import { type Kysely, sql } from 'kysely';
import { inSchema } from '../dialect/table-name.js';
import { isNotEntered } from '../dialect/vitess.js';
import type { SqlTables } from '../fetch.js';
import type { Layout } from '../layout.js';
import type { Session, Statement } from '../session/session.js';

/** The vindex of Kairos' tables. It finds the shard of a name by its hash. */
const VINDEX = 'kairos_name';
const VINDEX_TYPE = 'xxhash';

/** Attempts to find tables that another process is creating, or that vtgate does not know yet. */
const ATTEMPTS = 40;
const PAUSE = 250;

interface ShardedTable {
  readonly table: string;
  /**
   * The column that rows are sharded by. All rows of a name are on one shard, including those of the
   * directory.
   */
  readonly column: string;
}

function shardedTables(layout: Layout): readonly ShardedTable[] {
  return [
    { table: layout.recordsTable, column: 'table_name' },
    { table: layout.namesTable, column: 'key' },
    { table: layout.windowsTable, column: 'name' },
    { table: layout.table, column: 'name' },
  ];
}

/** The ALTER VSCHEMA statements that spread the tables of a timeseries over the shards. */
export function vschemaStatements(layout: Layout, kysely: Kysely<SqlTables>): readonly string[] {
  return shardedTables(layout).map((table) => vschemaStatement(table, kysely));
}

function vschemaStatement({ table, column }: ShardedTable, kysely: Kysely<SqlTables>): string {
  const vindex = sql.raw(VINDEX);
  const statement = sql`alter vschema on ${sql.table(table)} add vindex ${vindex}(${sql.ref(column)}) using ${sql.raw(VINDEX_TYPE)}`;
  return statement.compile(kysely).sql;
}

/**
 * The vindex that maps a name to a shard, in Kysely's form. `null` if the keyspace is not sharded. If tables
 * may be created, it adds missing ones to the VSchema.
 */
export async function agreeOnVschema(
  layout: Layout,
  session: Session,
  { enters }: { readonly enters: boolean },
): Promise<string | null> {
  const ask = (text: string) => session.rows({ sql: text }, []);
  const [[database, mode] = []] = await ask('select database(), @@transaction_mode');
  const target = session.dialect.text.read(database);
  if (layout.schema === undefined && !/^[^:/@]+(@primary)?$/.test(target)) {
    throw new ConfigurationError(
      `The connections to Vitess are to ${describeValue(target)}; expected a whole keyspace, with its primary tablets`,
    );
  }
  if (/single/i.test(session.dialect.text.read(mode))) {
    throw new ConfigurationError(
      'The "transaction_mode" of Vitess is SINGLE; expected MULTI or TWOPC, because data of all names is on all shards',
    );
  }
  const keyspace = layout.schema ?? target.replace(/@.*/, '');
  const keyspaces = await ask('show vschema keyspaces');
  const read = session.dialect.text.read;
  const sharded = keyspaces.some(([name, is]) => read(name) === keyspace && /true|1/i.test(read(is)));
  // Adding a vindex would turn the keyspace into a sharded one.
  if (!sharded) return null;
  let vindex = VINDEX;
  for (const table of shardedTables(layout)) vindex = await agreeOnTable(table, session, enters);
  await untilEverywhere(layout, session);
  return inSchema(layout.schema, vindex);
}

/** The first vindex of a table. It determines the shard of each row. */
async function agreeOnTable(table: ShardedTable, session: Session, enters: boolean): Promise<string> {
  const text = session.dialect.text.read;
  const statement = { sql: vschemaStatement(table, session.kysely) };
  for (let attempt = 1; ; attempt++) {
    const [first] = await vindexesOf(table, session);
    if (first !== undefined) {
      const [columns, name] = first.map(text);
      if (columns === table.column) return name ?? VINDEX;
      throw new ConfigurationError(
        `The table "${table.table}" is spread over shards by ${describeValue(columns)}; expected by its column "${table.column}": ${statement.sql}`,
      );
    }
    if (!enters || attempt === ATTEMPTS) throw notEntered(table, statement);
    try {
      await session.run(statement, []);
    } catch (error) {
      if (!session.dialect.isRefusal(error) && !passes(error)) throw error;
      if (isDenied(error)) throw notEntered(table, statement, error);
      await sleep(Math.random() * PAUSE);
    }
  }
}

async function vindexesOf({ table }: ShardedTable, session: Session) {
  try {
    const statement = sql`show vschema vindexes on ${sql.table(table)}`.compile(session.kysely);
    return await session.rows(statement, []);
  } catch (error) {
    if (isNotEntered(error)) return [];
    throw error;
  }
}

/** Another process was faster, or changed the VSchema meanwhile. */
function passes(error: unknown): boolean {
  return isError(error) && /already (defined|exists)|stale|try again/.test(error.message);
}

function isDenied(error: unknown): boolean {
  return isError(error) && /not authorized/.test(error.message);
}

function notEntered({ table }: ShardedTable, { sql }: Statement, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    `The table "${table}" is not in the VSchema of its sharded keyspace; expected what createStatements({ dialect: 'mysql', vitess: true, … }) returns to be run by a user of "vschema_ddl_authorized_users": ${sql}`,
    { cause },
  );
}

/**
 * Waits until the tables exist on all shards. Another process may be creating them, one shard after the
 * other.
 */
async function untilEverywhere(layout: Layout, session: Session): Promise<void> {
  for (const { table, column } of shardedTables(layout)) {
    const look = sql`select ${sql.ref(column)} from ${sql.table(table)} limit 1`.compile(session.kysely);
    await session.rows(look, []);
  }
}
