import { ConfigurationError, type TimeseriesType } from '@kairos/core';
import type { Column } from './dialect/column.js';
import type { Dialect } from './dialect/dialect.js';
import { inSchema } from './dialect/table-name.js';
import type { SqlRow } from './fetch.js';
import { sha256 } from './key.js';
import type { CheckedOptions } from './options.js';
import type { ValueType } from './values/value-type.js';

/** The table that holds the record of every timeseries in a schema. */
const RECORDS_TABLE = 'kairos_records';

export const recordsColumns: readonly Column[] = [
  { name: 'table_name', kind: 'key' },
  { name: 'type', kind: 'key' },
  { name: 'layout', kind: 'text' },
  { name: 'record', kind: 'text', nullable: true },
];

/** The full names behind keys that are digests. */
export const namesColumns: readonly Column[] = [
  { name: 'key', kind: 'key' },
  { name: 'name', kind: 'text' },
];

/** Which name has data in which window. If `deleted` is set, one has to check whether it still has. */
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
  /** Where the tables are; that of the connection where it is left out. */
  readonly schema?: string;
  /** The table of the data. */
  readonly table: string;
  /** The table of the names that are too long for a key. */
  readonly namesTable: string;
  /** The directory of windows. */
  readonly windowsTable: string;
  /** The table of the records. */
  readonly recordsTable: string;
  /** How many buckets, or buckets of a resolution, are in a window. */
  readonly windowSize: number;
  readonly columns: readonly DataColumn[];
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** How many buckets go into one partition, by interval; empty where the table is not partitioned. */
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

/** Settings that must not differ between two openings of the same table. */
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
 * The table name, where every server takes it as it is and tells it from others; else one made of its letters and
 * its digest. Different names stay different on servers that do not tell `Hits` from `hits`, too.
 */
function baseName(tableName: string): string {
  if (PLAIN_NAME.test(tableName) && !RESERVED_NAME.test(tableName)) return tableName;
  const letters = tableName.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return `t_${letters.slice(0, 20)}_${sha256(tableName).toString('hex').slice(0, 16)}`;
}
