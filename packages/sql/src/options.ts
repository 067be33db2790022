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
}

export const optionNames = [
  'tableName',
  'valueType',
  'stringLength',
  'textLength',
  'createTables',
] as const satisfies readonly (keyof SqlOptions)[];

/** The options as they apply. */
export interface CheckedOptions {
  readonly tableName: string;
  readonly valueType: ValueType;
  readonly stringLength: number;
  readonly textLength: number;
  readonly createTables: boolean;
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
  };
}

function checkLength(length: unknown, option: string): number {
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 1 && length <= LONGEST) {
    return length;
  }
  throw new ConfigurationError(
    `Option "${option}" is ${describe(length)}; expected a whole number from 1 to ${LONGEST}`,
  );
}
