import { isError, longOf } from '@kairos/core';
import { sql } from 'kysely';
import type { ColumnKind } from './column.js';
import type { Dialect } from './dialect.js';
import { deleteByKey, onConflict } from './on-conflict.js';
import { parameter, tuples } from './parameters.js';
import { plainBytes } from './plain-bytes.js';
import { skipScan } from './skip-scan.js';

/** Any number that other programs are unlikely to lock. */
const CREATION_LOCK = '5137428901746';

/** SQLSTATEs after which it is not known whether the statement was carried out: the connection was lost. */
const LOST = /^(08|57P0|40003)/;

/** What a row without a partition is reported as. */
const CHECK_VIOLATION = '23514';

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

export const postgres: Dialect = {
  name: 'postgres',
  nul: false,
  // Fewer parameters are planned faster, and one statement fits any number of rows; for a few it costs more.
  asArrays,
  rows: (columns, count) => {
    if (!asArrays(count)) return tuples(count, columns.length);
    const arrays = columns.map(({ kind }) => sql`${parameter}::${sql.raw(arrayTypes[kind])}`);
    return sql`select * from unnest(${sql.join(arrays)})`;
  },
  rowsPerInsert: 5000,
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
    // An identity column could not be partitioned before PostgreSQL 17.
    sequence: 'bigserial',
  },
  partitions: true,
  tableOptions: '',
  onConflict,
  distinctNames: skipScan,
  deleteSome: deleteByKey,
  select: ({ kind }, reference) => (kind === 'long' ? sql`cast(${reference} as text)` : reference),
  text: { bind: (text) => text, read: String },
  bind: {},
  read: {
    bytes: plainBytes,
    keyBytes: plainBytes,
    integer: Number,
    real: Number,
    long: (value) => longOf(BigInt(String(value))),
  },
  // In the schema in which they would be created: those of others on the search path are not for this one.
  tablesAmong: (names) =>
    sql`select relname from pg_class where relname in (${names}) and relnamespace = current_schema()::regnamespace`,
  // Creating the same table twice at once fails on a unique index of the catalog, IF NOT EXISTS or not.
  createTables: async (creations, session) => {
    const lock = { sql: `select pg_advisory_xact_lock(${CREATION_LOCK})` };
    const statements = [lock, ...creations.map(({ statement }) => statement)];
    const failure = await session.apply(statements.map((statement) => ({ statement, parameters: [] })));
    if (failure !== null) throw failure.error;
  },
  isRefusal: (error) => {
    const state = sqlState(error);
    return state !== undefined && !LOST.test(state);
  },
  isMissingPartition: (error) => sqlState(error) === CHECK_VIOLATION,
  isTransient: (error) => [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(sqlState(error) ?? ''),
};

/** Whether an error says that the server, or the session, takes no writes. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === READ_ONLY;
}

/** The SQLSTATE of an error that the server sent; errors of sockets have a `code`, too, but no severity. */
export function sqlState(error: unknown): string | undefined {
  const sent = isError(error) && 'severity' in error && 'code' in error;
  return sent ? String(error.code) : undefined;
}
