import { longOf, messageOf } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import { createOneByOne } from './create-tables.js';
import type { Dialect } from './dialect.js';
import { byScalar } from './each-bucket.js';
import { eachRange } from './each-range.js';
import { EXACT_BELOW } from './exact-sum.js';
import { deleteByKey, onConflict } from './on-conflict.js';
import { parameter, tuples } from './parameters.js';
import { plainBytes } from './plain-bytes.js';
import { skipScan } from './skip-scan.js';
import { bareName, inSchema } from './table-name.js';
import { whereAll } from './where.js';

export const sqlite: Dialect = {
  name: 'sqlite',
  nul: true,
  asArrays: () => false,
  rows: (columns, count) => tuples(count, columns.length),
  // Longer statements are no faster: there are no round trips to save.
  rowsPerInsert: 32,
  insertsFaster: false,
  parametersPerStatement: 32_766,
  sequence: 'computed',
  columnTypes: {
    key: 'TEXT',
    keyBytes: 'BLOB',
    text: 'TEXT',
    bytes: 'BLOB',
    integer: 'INTEGER',
    long: 'INTEGER',
    real: 'REAL',
    boolean: 'INTEGER',
    sequence: 'INTEGER',
  },
  partitions: false,
  windowSize: 32,
  comparesRows: true,
  expiryByName: false,
  expiryWindow: sql`(${sql.ref('window')} + 0)`,
  offset: parameter,
  now: sql`cast(strftime('%s', 'now') as integer)`,
  tableOptions: 'WITHOUT ROWID',
  onConflict: (table, key, changes) => onConflict(table, key, changes, finiteSum),
  distinctNames: (table, ranges) => eachRange(ranges, (within) => skipScan(table, within)),
  byKey: sql``,
  lookUp: (entries, data, condition) =>
    sql`${sql.table(entries)} as e cross join ${sql.table(data)} as d on ${condition}`,
  // This returns rows in key order; a join would have to sort them.
  looksUpWindows: (grouped) => grouped,
  eachBucket: byScalar,
  anyOf: (query) => sql`in (${query})`,
  groupsInWindows: true,
  deleteInWindows: (entries, data) => {
    const of = (column: string) =>
      sql`${sql.ref(column)} in (select ${sql.ref(column)} from ${sql.table(entries)} where name = ${parameter})`;
    return sql`delete from ${sql.table(data)}${whereAll([of('interval'), of('window'), sql`name = ${parameter}`])}`;
  },
  deleteSome: deleteByKey,
  allRows: sql``,
  // SQLite 3.43 and newer track the rounding error of a sum.
  exactSum: (_doubles, sum) => sql`abs(${sum}) < ${EXACT_BELOW}`,
  product: (value, count) => {
    const product = sql`${value} * ${count}`;
    // A product that may be rounded makes the sum too large, whatever its sign.
    return sql`case when abs(${product}) < ${EXACT_BELOW} then ${product} else 1e300 end`;
  },
  select: ({ kind }, reference) => (kind === 'long' ? sql`cast(${reference} as text)` : reference),
  text: { bind: (text) => text, read: String },
  bind: { boolean: (value) => (value === true ? 1 : 0) },
  read: {
    bytes: plainBytes,
    keyBytes: plainBytes,
    integer: Number,
    boolean: (value) => Number(value) === 1,
    long: (value) => longOf(BigInt(String(value))),
  },
  indexOn: (index, table) => sql`${sql.table(index)} on ${sql.table(bareName(table))}`,
  tablesAmong: (names, schema) =>
    sql`select name from ${master(schema)} where type in ('table', 'index') and name in (${names})`,
  columnsAmong: (names, schema) =>
    sql`select tables.name as ${sql.ref('table')}, columns.name as ${sql.ref('column')}, columns.pk as place from ${master(schema)} as tables, pragma_table_info(tables.name${schema === undefined ? sql`` : sql`, ${sql.lit(schema)}`}) as columns where tables.name in (${names})`,
  createTables: createOneByOne,
  // SQLite rolls back on every error. There is no server that could have carried on alone.
  isRefusal: () => true,
  // Every schema has this table.
  isMissingSchema: (error) => /\bno such table: .*\.sqlite_master$/.test(messageOf(error)),
  isDuplicate: () => false,
  isMissingPartition: () => false,
  isTransient: () => false,
  isGeneral: (error) => GENERAL.test(codeOf(error)),
};

function master(schema: string | undefined): RawBuilder<unknown> {
  return sql.table(inSchema(schema, 'sqlite_master'));
}

const GENERAL = /^SQLITE_(BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|CORRUPT|NOMEM|NOTADB)/;

/** The result codes that concern the database as a whole. */
const RESULT_CODES: { readonly [code: number]: string } = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/**
 * The name of an error's code, as better-sqlite3 gives it. node:sqlite gives a number, with the extended code
 * in the higher bytes. Errors are not recognized by class: native code creates them in the realm that loaded
 * the driver first.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const result: unknown = Reflect.get(error, 'errcode');
  if (typeof result === 'number') return RESULT_CODES[result & 255] ?? '';
  return String(Reflect.get(error, 'code') ?? '');
}

/**
 * The sum, or an "integer overflow" error if the sum exceeds a double; it would stay infinite for ever.
 * SQLite has no such error, so the expression provokes one: infinity times 0 is NULL, and the least integer
 * has no absolute value.
 */
function finiteSum(held: RawBuilder<unknown>, given: RawBuilder<unknown>): RawBuilder<unknown> {
  const total = sql`${held} + ${given}`;
  return sql`case when (${total}) * 0 is null then abs(-9223372036854775808) else ${total} end`;
}
