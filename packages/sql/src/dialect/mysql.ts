import { ConfigurationError, isError, longOf } from '@kairos/core';
import { type RawBuilder, sql } from 'kysely';
import { createOneByOne } from './create-tables.js';
import type { Dialect } from './dialect.js';
import { eachRange } from './each-range.js';
import { exactBySizes } from './exact-sum.js';
import { parameter, tuples } from './parameters.js';
import { plainBytes } from './plain-bytes.js';
import { isTooLarge } from './too-large.js';
import { whereAll } from './where.js';

const BAD_DATABASE = 1049;
const DEADLOCK = 1213;

/** Full disks and tables, connections, memory, locks, read-only servers. */
const GENERAL = [1021, 1037, 1040, 1041, 1114, 1205, DEADLOCK, 1290, 1836, 3024];
const PACKET_TOO_LARGE = 1153;

/** Errors of a server that has become a replica, or of a read-only session. */
const READ_ONLY: readonly number[] = [1290, 1792, 1836];

/**
 * Errors after which the server ends the connection: it is shutting down, or somebody killed the connection.
 */
export const LOST: readonly number[] = [1053, 1152, 1317, 1927, 3169];

/**
 * MySQL and MariaDB. All text is stored and bound as bytes. So it compares byte by byte, without padding, and
 * cannot be taken for SQL, whatever the server's collations and the connection's character set and SQL mode.
 */
export const mysql: Dialect = {
  name: 'mysql',
  nul: true,
  asArrays: () => false,
  rows: (columns, count) => tuples(count, columns.length),
  rowsPerInsert: 1024,
  insertsFaster: false,
  parametersPerStatement: 65_535,
  sequence: 'generated',
  columnTypes: {
    key: 'varbinary(255)',
    keyBytes: 'varbinary(255)',
    text: 'longblob',
    bytes: 'longblob',
    integer: 'bigint',
    long: 'bigint',
    real: 'double',
    boolean: 'tinyint',
    sequence: 'bigint auto_increment unique',
  },
  partitions: false,
  windowSize: 64,
  comparesRows: false,
  // Every InnoDB index ends with the primary key.
  expiryByName: true,
  expiryWindow: sql.ref('window'),
  offset: parameter,
  now: sql`unix_timestamp()`,
  tableOptions: 'engine=InnoDB',
  onConflict: (table, key, changes) => {
    // Not the first column: servers that spread rows by it refuse to assign it.
    const column = key.at(-1) ?? '';
    const assignments = changes.map(({ column, how }) => {
      const given = sql`values(${sql.ref(column)})`;
      const changed = {
        add: sql`${sql.ref(`${table}.${column}`)} + ${given}`,
        replace: given,
        clear: sql`null`,
      };
      return sql`${sql.ref(column)} = ${changed[how]}`;
    });
    // INSERT IGNORE would hide other errors as well.
    if (changes.length === 0) assignments.push(sql`${sql.ref(column)} = ${sql.ref(`${table}.${column}`)}`);
    return sql`on duplicate key update ${sql.join(assignments)}`;
  },
  // MySQL's "index for group-by" scan. A recursive query ends after 1000 steps, on MariaDB without an error.
  distinctNames: (table, ranges) =>
    eachRange(ranges, (within) => distinctNames(table, within ? [NAMES_IN_RANGE] : [])),
  // With outdated statistics, MySQL scans the whole index to get the last window without a sort.
  byKey: sql` force index (primary)`,
  lookUp: (entries, data, condition) =>
    sql`${sql.table(entries)} as e straight_join ${sql.table(data)} as d on ${condition}`,
  looksUpWindows: () => false,
  anyOf: (query) => sql`in (${query})`,
  groupsInWindows: false,
  // Uses the table's own name: MariaDB looks up an alias in the connection's database, and there may be none.
  deleteInWindows: (entries, data) => {
    const same = ['interval', 'window', 'name'].map(
      (column) => sql`${sql.ref(`${data}.${column}`)} = ${sql.ref(`e.${column}`)}`,
    );
    return sql`delete ${sql.table(data)} from ${sql.table(entries)} as e straight_join ${sql.table(data)} on ${sql.join(same, sql` and `)} where e.name = ${parameter}`;
  },
  deleteSome: (table, _key, where, limit) =>
    sql`delete from ${sql.table(table)} where ${where} limit ${limit}`,
  // Without a LIMIT, the server's `sql_select_limit` cuts off rows silently.
  allRows: sql` limit 18446744073709551615`,
  exactSum: exactBySizes,
  // mysql2 loses precision in whole numbers beyond 2^53 and in fractions of up to 17 characters. The server
  // prints a double so that it reads back as the same number. That takes up to 24 characters on MySQL and 35 on
  // MariaDB, which prints zeros after the point, but a temporary table keeps only 22 without the explicit length.
  select: ({ kind }, reference) => {
    if (kind === 'real') return sql`cast(${reference} as char(64))`;
    return kind === 'long' ? sql`cast(${reference} as char)` : reference;
  },
  text: {
    bind: (text) => Buffer.from(text),
    read: (column) => (Buffer.isBuffer(column) ? column.toString() : String(column)),
  },
  bind: { long: String, boolean: (value) => (value === true ? 1 : 0) },
  read: {
    bytes: plainBytes,
    keyBytes: plainBytes,
    integer: Number,
    real: Number,
    boolean: (value) => Number(value) === 1,
    long: (value) => longOf(BigInt(String(value))),
  },
  tablesAmong: (names, schema) =>
    sql`select table_name from information_schema.tables where table_schema = ${database(schema)} and table_name in (${names}) limit 18446744073709551615`,
  columnsAmong: (names, schema) =>
    sql`select c.table_name, c.column_name, s.seq_in_index from information_schema.columns c left join information_schema.statistics s on s.table_schema = c.table_schema and s.table_name = c.table_name and s.column_name = c.column_name and s.index_name = 'PRIMARY' where c.table_schema = ${database(schema)} and c.table_name in (${names}) limit 18446744073709551615`,
  createTables: async (creations, connection) => {
    const [missing] = creations;
    if (connection.inTransaction && missing !== undefined) {
      throw new ConfigurationError(
        `The table "${missing.table}" is missing, and creating it would commit your transaction: open the timeseries outside a transaction first, or run createStatements()`,
      );
    }
    await createOneByOne(creations, connection);
  },
  isRefusal: (error) => {
    const number = errorNumber(error);
    return number !== undefined && !LOST.includes(number);
  },
  isMissingSchema: (error) => errorNumber(error) === BAD_DATABASE,
  isDuplicate: () => false,
  isMissingPartition: () => false,
  // A lock wait timeout is not transient: whoever set it has waited long enough.
  isTransient: (error) => errorNumber(error) === DEADLOCK,
  isGeneral: (error) => GENERAL.includes(errorNumber(error) ?? 0),
};

/** Parameters: the beginning of the range, its end, its end. */
export const NAMES_IN_RANGE = sql`${sql.ref('name')} >= ${parameter} and ${sql.ref('name')} < least(${parameter}, ${parameter})`;

export function distinctNames(
  table: string,
  conditions: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  return sql`select distinct ${sql.ref('name')} from ${sql.table(table)}${whereAll(conditions)}`;
}

function database(schema: string | undefined): RawBuilder<unknown> {
  return schema === undefined ? sql`database()` : sql.lit(schema);
}

/** Whether the server sent an error. */
export function isMysqlError(error: unknown): boolean {
  return errorNumber(error) !== undefined;
}

/**
 * Whether an error makes a connection useless: it is lost, the server closes it, or another connection may
 * reach a server that accepts writes.
 */
export function endsConnection(error: unknown): boolean {
  if (isTooLarge(error)) return false;
  const number = errorNumber(error);
  return number === undefined || [PACKET_TOO_LARGE, ...LOST, ...READ_ONLY].includes(number);
}

/** The number of an error from the server. Socket errors have an `errno` too, but no `sqlState`. */
export function errorNumber(error: unknown): number | undefined {
  const sent = isError(error) && 'sqlState' in error && 'errno' in error;
  return sent ? Number(error.errno) : undefined;
}
