import { ConfigurationError, describeValue, type TimeseriesType } from '@kairos/core';
import { compilers } from './compile-only.js';
import type { Dialect } from './dialect/dialect.js';
import { vitess } from './dialect/vitess.js';
import { layoutOf } from './layout.js';
import { checkOptions, type SqlOptions } from './options.js';
import { rangeCreations } from './partitions.js';
import { vschemaStatements } from './spread/vschema.js';
import { tableCreations } from './tables.js';

/** The arguments of `createStatements`: a server, a type, and the options to open it with. */
export interface CreateRequest extends SqlOptions {
  readonly dialect: Dialect['name'];
  readonly type: TimeseriesType;
  /** Whether the server is Vitess with a sharded keyspace. If so, the tables are also added to its VSchema. */
  readonly vitess?: boolean;
}

/**
 * Returns the SQL that creates the tables of a timeseries, for someone who may create tables if your user may
 * not. Then open with `createTables: false`. You can run it again: it changes nothing. On Vitess, repeating
 * an ALTER VSCHEMA fails.
 *
 * @example
 * ```ts
 * createStatements({ dialect: 'postgres', type: 'count', tableName: 'hits' });
 * // ['create table if not exists "kairos_records" …', 'create table if not exists "hits_count_names" …', …]
 * ```
 */
export function createStatements({
  dialect: name,
  vitess: spread = false,
  type,
  ...options
}: CreateRequest): readonly string[] {
  if (spread && name !== 'mysql') {
    throw new ConfigurationError(
      `Option "vitess" is given with the dialect ${describeValue(name)}; expected "mysql"`,
    );
  }
  const { layout, kysely } = prepare(name, type, options);
  const dialect = spread ? vitess : compilers[name]().dialect;
  const tables = tableCreations(layout, dialect, kysely).map(({ statement }) => statement.sql);
  return spread ? [...tables, ...vschemaStatements(layout, kysely)] : tables;
}

/** A range of buckets of one interval, both ends included. */
export interface PartitionRequest extends Omit<CreateRequest, 'dialect' | 'vitess'> {
  readonly interval: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Returns the SQL that creates the partitions for a range of buckets on PostgreSQL. You need it if you open
 * the timeseries with `createTables: false`; otherwise Kairos creates partitions on demand.
 *
 * @example
 * ```ts
 * createPartitionStatements({ type: 'count', partitions: { day: 100 }, interval: 'day', first: 20240101, last: 20241231 });
 * ```
 */
export function createPartitionStatements(request: PartitionRequest): readonly string[] {
  const { type, interval, first, last, ...options } = request;
  const { layout, kysely } = prepare('postgres', type, options);
  if (!layout.partitions.has(interval)) {
    throw new ConfigurationError(
      `Option "partitions" has no interval ${describeValue(interval)}; expected how many buckets go into a partition of it`,
    );
  }
  return rangeCreations(layout, kysely, { interval, first, last }).map(({ statement }) => statement.sql);
}

function prepare(name: Dialect['name'], type: TimeseriesType, options: SqlOptions) {
  const checked = checkOptions(options, type);
  const { dialect, kysely } = compilers[name]();
  return { layout: layoutOf(checked, type, dialect), kysely };
}
