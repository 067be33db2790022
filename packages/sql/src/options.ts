import { ConfigurationError, describe, type TimeseriesType } from '@kairos/core';
import { isValueTypeName, valueTypes } from './values/index.js';
import type { ValueType, ValueTypeName } from './values/value-type.js';

/** The options of a timeseries in SQL. */
export interface SqlOptions {
  /** What its tables are called: `<tableName>_<type>`; `"kairos"` where it is left out. */
  readonly tableName?: string;
  /** What its values are; `"float"` where it is left out. A count takes `float`, `int` and `long`. */
  readonly valueType?: ValueTypeName;
  /** The most characters of values of the type `string`; 255 where it is left out. */
  readonly stringLength?: number;
  /** The most bytes of values of the types `text` and `blob`; 32768 where it is left out. */
  readonly textLength?: number;
  /** Whether to create the tables that are missing; `true` where it is left out. See `createStatements`. */
  readonly createTables?: boolean;
  /**
   * On PostgreSQL: how many buckets of an interval go into one partition, for the intervals that are to be
   * partitioned, so that `expire()` drops partitions instead of deleting rows. Gregorian buckets count as numbers: 100
   * for `daily` is a month, for `monthly` a year. What a table was created with cannot change.
   */
  readonly partitions?: { readonly [interval: string]: number };
}

export const optionNames = [
  'tableName',
  'valueType',
  'stringLength',
  'textLength',
  'createTables',
  'partitions',
] as const satisfies readonly (keyof SqlOptions)[];

/** The options as they apply. */
export interface CheckedOptions {
  readonly tableName: string;
  readonly valueType: ValueType;
  readonly stringLength: number;
  readonly textLength: number;
  readonly createTables: boolean;
  readonly partitions: ReadonlyMap<string, number>;
}

const LONGEST = 2 ** 24;

export function checkOptions(
  given: { readonly [N in keyof SqlOptions]?: unknown },
  type: TimeseriesType,
): CheckedOptions {
  const { tableName = 'kairos', valueType = 'float', createTables = true } = given;
  if (typeof tableName !== 'string' || tableName === '' || !tableName.isWellFormed()) {
    throw new ConfigurationError(
      `Option "tableName" is ${describe(tableName)}; expected non-empty well-formed text`,
    );
  }
  if (!isValueTypeName(valueType)) {
    throw new ConfigurationError(
      `Option "valueType" is ${describe(valueType)}; expected one of ${Object.keys(valueTypes).join(', ')}`,
    );
  }
  if (type === 'count' && valueTypes[valueType].amounts === 'none') {
    throw new ConfigurationError(
      `Option "valueType" is ${describe(valueType)}, which a count cannot add up; expected float, int or long`,
    );
  }
  if (typeof createTables !== 'boolean') {
    throw new ConfigurationError(
      `Option "createTables" is ${describe(createTables)}; expected true or false`,
    );
  }
  return {
    tableName,
    valueType: valueTypes[valueType],
    stringLength: checkLength(given.stringLength ?? 255, 'stringLength'),
    textLength: checkLength(given.textLength ?? 2 ** 15, 'textLength'),
    createTables,
    partitions: checkPartitions(given.partitions ?? {}),
  };
}

function checkPartitions(partitions: unknown): ReadonlyMap<string, number> {
  if (typeof partitions !== 'object' || partitions === null || Array.isArray(partitions)) {
    throw new ConfigurationError(
      `Option "partitions" is ${describe(partitions)}; expected an object such as { minute: 1440 }`,
    );
  }
  const checked = new Map<string, number>();
  for (const [interval, size] of Object.entries(partitions)) {
    if (!(typeof size === 'number' && Number.isSafeInteger(size) && size > 0)) {
      throw new ConfigurationError(
        `Option "partitions.${interval}" is ${describe(size)}; expected a positive whole number of buckets`,
      );
    }
    checked.set(interval, size);
  }
  return checked;
}

function checkLength(length: unknown, option: string): number {
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 1 && length <= LONGEST) {
    return length;
  }
  throw new ConfigurationError(
    `Option "${option}" is ${describe(length)}; expected a whole number from 1 to ${LONGEST}`,
  );
}
