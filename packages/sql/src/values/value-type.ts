import type { StoredValue, TypedValues, Value } from '@kairos/core';
import type { ColumnKind } from '../dialect/column.js';

/** What a value may be beside its type, by the options of the timeseries and the server. */
export interface Limits {
  /** The most characters of a `string`. */
  readonly stringLength: number;
  /** The most bytes of a `text` or `blob`. */
  readonly textLength: number;
  /** Whether the server's text can hold NUL. */
  readonly nul: boolean;
}

/** One `valueType`: which values it takes, and how they are kept in a column. */
export interface ValueType {
  readonly name: ValueTypeName;
  /** Its column, where the value is in no key. */
  readonly column: ColumnKind;
  /** Its column as part of a key. */
  readonly keyColumn: ColumnKind;
  /** Values may be too long for a key: their digest stands in for them there. */
  readonly long: boolean;
  /** Whether a count may be of this type. */
  readonly amounts: 'any' | 'whole' | 'none';
  /** Checks a value, and gives the form that is compared with `===`; throws an `InvalidValueError`. */
  encode(value: unknown, limits: Limits): StoredValue;
  /** From the compared form to what is bound to the column; left out where they are the same. */
  readonly toColumn?: (stored: StoredValue) => unknown;
  /** From what the column holds to the value that users get; left out where they are the same. */
  readonly fromColumn?: (column: unknown) => Value;
}

/** The values of each `valueType`, as users write and read them. */
export interface ValuesByType extends TypedValues {
  date: Date;
  datetime: Date;
  time: string;
}

export type ValueTypeName = keyof ValuesByType;
