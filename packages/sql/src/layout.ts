import { ConfigurationError, type TimeseriesType } from '@kairos/core';
import type { Column } from './dialect/column.js';
import type { Dialect } from './dialect/dialect.js';
import { inSchema } from './dialect/table-name.js';
import type { SqlRow } from './fetch.js';
import { sha256 } from './key.js';
import type { CheckedOptions } from './options.js';
import type { ValueType } from './values/value-type.js';

/** The table with the record of every timeseries in a schema. */
const RECORDS_TABLE = 'kairos_records';

export const recordsColumns: readonly Column[] = [
  { name: 'table_name', kind: 'key' },
  { name: 'type', kind: 'key' },
  { name: 'layout', kind: 'text' },
  { name: 'record', kind: 'text', nullable: true },
];

/** The full names of keys that are digests. */
export const namesColumns: readonly Column[] = [
  { name: 'key', kind: 'key' },
  { name: 'name', kind: 'text' },
];

/** Records which name has data in which window. If `deleted` is set, check whether the data still exists. */
export const windowsColumns: readonly Column[] = [
  { name: 'name', kind: 'key' },
  { name: 'interval', kind: 'key' },
  { name: 'window', kind: 'integer' },
  { name: 'deleted', kind: 'integer', nullable: true },
];
export const WINDOWS_KEY: readonly string[] = ['name', 'interval', 'window'];

/**
 * The tables of one timeseries. A row is one bucket, or one value of it:
 *
 * | type | columns beside `interval`, `window`, `name`, `bucket`, `resolution` | key beside them |
 * |---|---|---|
 * | count | `amount` | |
 * | gauge | `value` | |
 * | series | `sequence`, `value` | `sequence` |
 * | histogram | `value`, `content`, `count` | `value` |
 * | set | `value`, `content` | `value` |
 *
 * `content` exists for string, text and blob only: the value whose digest is in the key, or NULL.
 *
 * The names of the tables are in Kysely's form: with the schema and a dot first, if there is a schema.
 */
export interface Layout {
  readonly type: TimeseriesType;
  readonly valueType: ValueType;
  /** Schema of the tables. If absent, that of the connection. */
  readonly schema?: string;
  /** Name of the data table. */
  readonly table: string;
  /** Table of the names that are too long for a key. */
  readonly namesTable: string;
  /** Name of the directory table. */
  readonly windowsTable: string;
  /** Name of the table of records. */
  readonly recordsTable: string;
  /** Number of buckets, or of buckets of a resolution, per window. */
  readonly windowSize: number;
  readonly columns: readonly DataColumn[];
  /** The columns of the primary key, in order. */
  readonly key: readonly string[];
  /** Buckets per partition, by interval. Empty if the table is not partitioned. */
  readonly partitions: ReadonlyMap<string, number>;
}

type DataColumn = Column<keyof SqlRow>;

const BUCKET: readonly DataColumn[] = [
  { name: 'interval', kind: 'key' },
  { name: 'window', kind: 'integer' },
  { name: 'name', kind: 'key' },
  { name: 'bucket', kind: 'integer' },
  { name: 'resolution', kind: 'integer' },
];

export function layoutOf(options: CheckedOptions, type: TimeseriesType, dialect: Dialect): Layout {
  const { tableName, schema, valueType, partitions } = options;
  if (partitions.size > 0 && !dialect.partitions) {
    throw new ConfigurationError(
      `Option "partitions" is given on ${dialect.name}; expected it on PostgreSQL only`,
    );
  }
  const table = inSchema(schema, `${baseName(tableName)}_${type}`);
  const bucketKey = BUCKET.map(({ name }) => name);
  const value: DataColumn = { name: 'value', kind: valueType.column };
  const keyValue: readonly DataColumn[] = [
    { name: 'value', kind: valueType.keyColumn },
    ...(valueType.long ? [{ name: 'content', kind: valueType.column, nullable: true } as const] : []),
  ];
  const byType: Record<TimeseriesType, { data: readonly DataColumn[]; key: readonly string[] }> = {
    count: { data: [{ name: 'amount', kind: 'real' }], key: [] },
    gauge: { data: [value], key: [] },
    series: { data: [{ name: 'sequence', kind: 'sequence' }, value], key: ['sequence'] },
    histogram: { data: [...keyValue, { name: 'count', kind: 'real' }], key: ['value'] },
    set: { data: keyValue, key: ['value'] },
  };
  const { data, key } = byType[type];
  return {
    type,
    valueType,
    ...(schema !== undefined && { schema }),
    table,
    namesTable: `${table}_names`,
    windowsTable: `${table}_windows`,
    recordsTable: inSchema(schema, RECORDS_TABLE),
    windowSize: dialect.windowSize,
    columns: [...BUCKET, ...data],
    key: [...bucketKey, ...key],
    partitions,
  };
}

const LAYOUT_VERSION = 2;

/** The settings that must be the same each time the table is opened. */
export function describeLayout({ type, valueType, windowSize, partitions }: Layout): string {
  return JSON.stringify({
    version: LAYOUT_VERSION,
    window: windowSize,
    valueType: type === 'count' ? 'float' : valueType.name,
    ...(partitions.size > 0 ? { partitions: Object.fromEntries([...partitions].sort()) } : {}),
  });
}

const PLAIN_NAME = /^[a-z_][a-z0-9_]{0,39}$/;
const RESERVED_NAME = /^sqlite_|_[0-9a-f]{16}$/;

/**
 * The table name itself, if every server accepts it and tells it apart from others. Otherwise its letters and
 * a digest, so that different names stay different even on servers that treat `Hits` and `hits` alike.
 */
function baseName(tableName: string): string {
  if (PLAIN_NAME.test(tableName) && !RESERVED_NAME.test(tableName)) return tableName;
  const letters = tableName.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return `t_${letters.slice(0, 20)}_${sha256(tableName).toString('hex').slice(0, 16)}`;
}
