import type { StoredValue, TypedValues, Value } from '@kairos/core';
import type { ColumnKind } from '../dialect/column.js';

/** Limits on a value, from the timeseries' options and the server. */
export interface Limits {
  /** Maximum length of a `string`, in characters. */
  readonly stringLength: number;
  /** Maximum length of a `text` or `blob`, in bytes. */
  readonly textLength: number;
  /** Whether the server's text can hold NUL. */
  readonly nul: boolean;
}

/** One `valueType`: the values it accepts, and how a column stores them. */
export interface ValueType {
  readonly name: ValueTypeName;
  /** Its column if the value is not part of a key. */
  readonly column: ColumnKind;
  /** Its column as part of a key. */
  readonly keyColumn: ColumnKind;
  /** Whether values may be too long for a key. The key then stores their digest. */
  readonly long: boolean;
  /** Which amounts of a count may have this type. */
  readonly amounts: 'any' | 'whole' | 'none';
  /**
   * Checks a value and returns its encoded form, which compares with `===`. Throws an `InvalidValueError`.
   */
  encode(value: unknown, limits: Limits): StoredValue;
  /** Converts the encoded form to a column's value. Absent if they are the same. */
  readonly toColumn?: (stored: StoredValue) => unknown;
  /** Converts a column's value to the user's. Absent if they are the same. */
  readonly fromColumn?: (column: unknown) => Value;
}

/** The values of each `valueType`, as users write and read them. */
export interface ValuesByType extends TypedValues {
  date: Date;
  datetime: Date;
  time: string;
}

export type ValueTypeName = keyof ValuesByType;
