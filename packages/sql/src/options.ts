import {
  booleanOption,
  choiceOption,
  describeValue,
  optionError,
  type TimeseriesType,
  textOption,
  wholeNumberOption,
} from '@kairos/core';
import { valueTypes } from './values/index.js';
import type { ValueType, ValueTypeName } from './values/value-type.js';

/** The options of a timeseries in SQL. */
export interface SqlOptions {
  /** Prefix of the table names: `<tableName>_<type>`. Default: `"kairos"`. */
  readonly tableName?: string;
  /**
   * The PostgreSQL schema, MySQL or MariaDB database, or attached SQLite database that contains all tables.
   * It must exist. Default: the connection's.
   */
  readonly schema?: string;
  /** Type of the values. A count takes `float`, `int` and `long`. Default: `"float"`. */
  readonly valueType?: ValueTypeName;
  /** Maximum length of a `string`, in characters. Default: 255. */
  readonly stringLength?: number;
  /** Maximum length of a `text` or `blob`, in bytes. Default: 32768. */
  readonly textLength?: number;
  /** Creates missing tables. Set it to `false` if your user may not; see `createStatements`. Default: `true`. */
  readonly createTables?: boolean;
  /**
   * PostgreSQL only: buckets per partition, for each interval to partition. `expire()` then drops partitions
   * instead of deleting rows. Gregorian buckets count as numbers: 100 for `daily` is a month, for `monthly` a
   * year. You cannot change it once the table exists.
   */
  readonly partitions?: { readonly [interval: string]: number };
}

export const optionNames = [
  'tableName',
  'schema',
  'valueType',
  'stringLength',
  'textLength',
  'createTables',
  'partitions',
] as const satisfies readonly (keyof SqlOptions)[];

/** The checked options, with defaults. */
export interface CheckedOptions {
  readonly tableName: string;
  readonly schema: string | undefined;
  readonly valueType: ValueType;
  readonly stringLength: number;
  readonly textLength: number;
  readonly createTables: boolean;
  readonly partitions: ReadonlyMap<string, number>;
}

const LONGEST = 2 ** 24;

/** PostgreSQL truncates longer names. */
const LONGEST_SCHEMA = 63;

export function checkOptions(
  given: { readonly [N in keyof SqlOptions]?: unknown },
  type: TimeseriesType,
): CheckedOptions {
  const tableName = textOption('tableName', given.tableName, 'kairos');
  if (tableName === '') throw optionError('tableName', tableName, 'non-empty text');
  if (tableName.includes('.')) {
    throw optionError('tableName', tableName, `no dot; ${inOptions(tableName)}`);
  }
  const valueType = valueTypes[choiceOption('valueType', given.valueType, valueTypes, 'float')];
  if (type === 'count' && valueType.amounts === 'none') {
    throw optionError('valueType', valueType.name, 'float, int or long, which a count can add up');
  }
  return {
    tableName,
    schema: given.schema === undefined ? undefined : checkSchema(given.schema),
    valueType,
    stringLength: wholeNumberOption('stringLength', given.stringLength, 255, LONGEST),
    textLength: wholeNumberOption('textLength', given.textLength, 2 ** 15, LONGEST),
    createTables: booleanOption('createTables', given.createTables, true),
    partitions: checkPartitions(given.partitions ?? {}),
  };
}

/** Suggests how to write "analytics.hits" as two options. */
function inOptions(qualified: string): string {
  const dot = qualified.indexOf('.');
  const [schema, table] = [qualified.slice(0, dot), qualified.slice(dot + 1)];
  const example =
    schema === '' || table === '' || table.includes('.') ? ['analytics', 'hits'] : [schema, table];
  return `a schema has an option of its own: { schema: ${describeValue(example[0])}, tableName: ${describeValue(example[1])} }`;
}

/** A name that every server accepts in quotes. */
function checkSchema(given: unknown): string {
  const schema = textOption('schema', given, '');
  const bytes = Buffer.byteLength(schema);
  if (bytes > 0 && bytes <= LONGEST_SCHEMA && !/[."'`\\\0]|^\s|\s$/.test(schema)) return schema;
  throw optionError(
    'schema',
    schema,
    `the name of one schema: up to ${LONGEST_SCHEMA} bytes, without dots, quotation marks and backslashes, or white space at its ends`,
  );
}

function checkPartitions(partitions: unknown): ReadonlyMap<string, number> {
  if (typeof partitions !== 'object' || partitions === null || Array.isArray(partitions)) {
    throw optionError('partitions', partitions, 'an object such as { minute: 1440 }');
  }
  const checked = new Map<string, number>();
  for (const [interval, size] of Object.entries(partitions)) {
    // An interval that is named needs a size: there is no default.
    checked.set(interval, wholeNumberOption(`partitions.${interval}`, size ?? null, 0));
  }
  return checked;
}
