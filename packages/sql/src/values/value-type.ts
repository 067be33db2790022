import type { StoredValue, TypedValues, Value } from '@kairos/core';
import type { ColumnKind } from '../dialect/column.js';

/** Limits of a value from the options of the timeseries and the server. */
export interface Limits {
  /** Maximum length of a `string`, in characters. */
  readonly stringLength: number;
  /** Maximum length of a `text` or `blob`, in bytes. */
  readonly textLength: number;
  /** Whether the server's text can hold NUL. */
  readonly nul: boolean;
}

/** One `valueType`: the values it accepts, and how a column holds them. */
export interface ValueType {
  readonly name: ValueTypeName;
  /** Its column if the value is not part of a key. */
  readonly column: ColumnKind;
  /** Its column as part of a key. */
  readonly keyColumn: ColumnKind;
  /** Values may be too long for a key, which then holds their digest. */
  readonly long: boolean;
  /** Whether a count may be of this type. */
  readonly amounts: 'any' | 'whole' | 'none';
  /** Checks a value, and returns the form that is compared with `===`. Throws an `InvalidValueError`. */
  encode(value: unknown, limits: Limits): StoredValue;
  /** Converts the compared form to what is bound to the column; absent if they are the same. */
  readonly toColumn?: (stored: StoredValue) => unknown;
  /** Converts the column to the user's value; absent if they are the same. */
  readonly fromColumn?: (column: unknown) => Value;
}

/** The values of each `valueType`, as users write and read them. */
export interface ValuesByType extends TypedValues {
  date: Date;
  datetime: Date;
  time: string;
}

export type ValueTypeName = keyof ValuesByType;
