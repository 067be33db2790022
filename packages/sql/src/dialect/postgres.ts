import { isError, longOf } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import type { ColumnKind } from './column.js';
import { apply } from './connection.js';
import type { Dialect } from './dialect.js';
import { byLateral } from './each-bucket.js';
import { eachRange } from './each-range.js';
import { exactBySizes } from './exact-sum.js';
import { deleteByKey, onConflict } from './on-conflict.js';
import { packedDoubles, packedIntegers, packedLongs } from './packing.js';
import { parameter, tuples } from './parameters.js';
import { skipScan, skipToLast } from './skip-scan.js';
import { bareName } from './table-name.js';
import { whereAll } from './where.js';

/** An arbitrary number that other programs are unlikely to lock. */
const CREATION_LOCK = '5137428901746';

/** SQLSTATEs of lost connections. The statement may or may not have been carried out. */
const LOST = /^(08|57P0|40003)/;

/** PostgreSQL's error for a row without a partition. */
const CHECK_VIOLATION = '23514';

const UNIQUE_VIOLATION = '23505';
const INVALID_SCHEMA_NAME = '3F000';
const OUT_OF_MEMORY = '53200';
const READ_ONLY = '25006';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

function asArrays(rows: number): boolean {
  return rows > 16;
}

const arrayTypes: { readonly [K in ColumnKind]: string } = {
  key: 'text[]',
  keyBytes: 'bytea[]',
  text: 'text[]',
  bytes: 'bytea[]',
  integer: 'bigint[]',
  long: 'bigint[]',
  real: 'double precision[]',
  boolean: 'boolean[]',
  sequence: 'bigint[]',
};

const asHex = (bytes: RawBuilder<unknown>) => sql`encode(${bytes}, 'hex')`;

const exactForms: { readonly [K in ColumnKind]?: (reference: RawBuilder<unknown>) => RawBuilder<unknown> } = {
  long: (reference) => sql`cast(${reference} as text)`,
  real: (reference) => asHex(sql`float8send(${reference})`),
  boolean: (reference) => sql`cast(${reference} as integer)`,
  bytes: asHex,
  keyBytes: asHex,
};

const eightBytes = new DataView(new ArrayBuffer(8));

function doubleOfHex(hex: unknown): number {
  const digits = String(hex);
  eightBytes.setUint32(0, Number.parseInt(digits.slice(0, 8), 16));
  eightBytes.setUint32(4, Number.parseInt(digits.slice(8), 16));
  return eightBytes.getFloat64(0);
}

function bytesOfHex(hex: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(hex), 'hex'));
}

export const postgres: Dialect = {
  name: 'postgres',
  nul: false,
  // Fewer parameters plan faster, and one statement fits any number of rows. For a few rows arrays cost more.
  asArrays,
  // With "array_nulls" off, a session reads NULL in an array as text. Columns that may be NULL are never
  // empty.
  nullInArray: '',
  rows: (columns, count) => {
    if (!asArrays(count)) return tuples(count, columns.length);
    // Unlike in FROM, rows made here are not collected before they are inserted.
    const given = columns.map(({ kind, nullable }) => {
      const each = sql`unnest(${parameter}::${sql.raw(arrayTypes[kind])})`;
      return nullable === true ? sql`nullif(${each}, '')` : each;
    });
    return sql`select ${sql.join(given)}`;
  },
  // A single statement needs no transaction, which saves round trips.
  rowsPerInsert: 20_000,
  insertsFaster: true,
  parametersPerStatement: 65_535,
  sequence: 'generated',
  columnTypes: {
    key: 'text collate "C"',
    keyBytes: 'bytea',
    text: 'text',
    bytes: 'bytea',
    integer: 'bigint',
    long: 'bigint',
    real: 'double precision',
    boolean: 'boolean',
    // Before PostgreSQL 17, tables with an identity column cannot be partitioned.
    sequence: 'bigserial',
  },
  partitions: true,
  windowSize: 64,
  comparesRows: true,
  expiryByName: true,
  // Fewer rows are found in the order of the key, more of them in the order in which they lie.
  rowsPerExpiryStep: 20_000,
  // Without statistics, the planner would use this index for queries by name.
  expiryWindow: sql`(${sql.ref('window')} + 0)`,
  // If the planner knows the number but has no statistics, it sorts the remaining rows instead of following
  // the key.
  offset: sql`(select cast(${parameter} as bigint))`,
  now: sql`cast(extract(epoch from statement_timestamp()) as bigint)`,
  tableOptions: '',
  onConflict,
  distinctNames: (table, ranges) => eachRange(ranges, (within) => skipScan(table, within)),
  lastEntries: (table, ranges) => eachRange(ranges, (within) => skipToLast(table, within)),
  // OFFSET keeps the subquery separate, so that it runs for each entry.
  byKey: sql``,
  lookUp: (entries, data, condition) =>
    sql`${sql.table(entries)} as e cross join lateral (select * from ${sql.table(data)} as d where ${condition} offset 0) as d`,
  looksUpWindows: () => true,
  eachBucket: byLateral,
  anyOf: (query) => sql`= any (array(${query}))`,
  groupsInWindows: false,
  // Arrays are looked up by key, whatever size the planner estimates for the directory.
  deleteInWindows: (entries, data, more) => {
    const of = (column: string) =>
      sql`${sql.ref(column)} = any (array(select ${sql.ref(column)} from ${sql.table(entries)} where name = ${parameter}))`;
    return sql`delete from ${sql.table(data)}${whereAll([of('interval'), of('window'), sql`name = ${parameter}`, ...more])}`;
  },
  deleteSome: deleteByKey,
  allRows: sql``,
  exactSum: exactBySizes,
  // Forms that neither session settings ("extra_float_digits", "bytea_output") nor the client's type parsers
  // change.
  select: ({ name, kind }, reference) => {
    const exact = exactForms[kind]?.(reference);
    return exact === undefined ? reference : sql`${exact} as ${sql.ref(name)}`;
  },
  packings: { integer: packedIntegers, long: packedLongs, real: packedDoubles },
  text: { bind: (text) => text, read: String },
  bind: {},
  read: {
    bytes: bytesOfHex,
    keyBytes: bytesOfHex,
    integer: Number,
    real: doubleOfHex,
    boolean: (value) => Number(value) === 1,
    long: (value) => longOf(BigInt(String(value))),
  },
  // The schema in which the tables would be created. Tables elsewhere on the search path do not count.
  indexOn: (index, table) => sql`${sql.ref(bareName(index))} on ${sql.table(table)}`,
  tablesAmong: (names, schema) =>
    sql`select relname from pg_class where relname in (${names}) and relnamespace = ${namespace(schema)}`,
  columnsAmong: (names, schema) =>
    sql`select given.name, a.attname, array_position(cast(i.indkey as smallint[]), a.attnum) + 1 as place from unnest(array[${names}]) as given (name) join pg_attribute a on a.attrelid = to_regclass(${quoted(sql`given.name`, schema)}) and a.attnum > 0 and not a.attisdropped left join pg_index i on i.indrelid = a.attrelid and i.indisprimary`,
  unusableSequence: (table, schema) => {
    const name = quoted(sql.lit(table), schema);
    return sql`select sequence from pg_get_serial_sequence(${name}, 'sequence') as sequence where sequence is not null and has_table_privilege(${name}, 'INSERT') and not has_sequence_privilege(sequence, 'USAGE, UPDATE')`;
  },
  // Creating a table twice at once violates a unique index of the catalog, even with IF NOT EXISTS.
  createTables: async (creations, connection) => {
    const lock = { sql: `select pg_advisory_xact_lock(${CREATION_LOCK})` };
    const statements = [lock, ...creations.map(({ statement }) => statement)];
    await apply(
      connection,
      statements.map((statement) => ({ statement, parameters: [] })),
    );
  },
  isRefusal: (error) => {
    const state = sqlState(error);
    return state !== undefined && !LOST.test(state);
  },
  isMissingSchema: (error) => sqlState(error) === INVALID_SCHEMA_NAME,
  isDuplicate: (error) => sqlState(error) === UNIQUE_VIOLATION,
  isMissingPartition: (error) => sqlState(error) === CHECK_VIOLATION,
  isTransient: (error) => {
    const state = sqlState(error) ?? '';
    return [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(state) || isOutOfLocks(state, error);
  },
  // Conflicting transactions, resources, locks, cancellation, read-only servers.
  isGeneral: (error) => /^(40|53|55|57|25006)/.test(sqlState(error) ?? ''),
};

function namespace(schema: string | undefined): RawBuilder<unknown> {
  if (schema === undefined) return sql`current_schema()::regnamespace`;
  return sql`(select oid from pg_namespace where nspname = ${sql.lit(schema)})`;
}

/** The name of a table, quoted, with its schema. */
function quoted(table: RawBuilder<unknown>, schema: string | undefined): RawBuilder<unknown> {
  const name = sql`quote_ident(${table})`;
  return schema === undefined ? name : sql`quote_ident(${sql.lit(schema)}) || '.' || ${name}`;
}

/** All locks of the server are taken. Other transactions hold most of them, and will end. */
function isOutOfLocks(state: string, error: unknown): boolean {
  if (state !== OUT_OF_MEMORY || !isError(error) || !('file' in error)) return false;
  return error.file === 'lock.c' || error.file === 'predicate.c';
}

/** Whether the server or the session is read-only. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === READ_ONLY;
}

/** The SQLSTATE of an error from the server. Socket errors have a `code` too, but no severity. */
export function sqlState(error: unknown): string | undefined {
  const sent = isError(error) && 'severity' in error && 'code' in error;
  return sent ? String(error.code) : undefined;
}
