import type { StoredValue, TypedValues, Value } from '@kairos/core';

/** The CQL types that values are stored as. */
export type CqlType = 'double' | 'bigint' | 'decimal' | 'text' | 'boolean' | 'blob' | 'inet';

/** How the values of a timeseries are checked and stored. */
export interface ValueType {
  readonly cql: CqlType;
  /** Whether a count may be declared to be of this type; what it holds is whole numbers all the same. */
  readonly numeric: boolean;
  /** Checks a value, and gives the form that is compared with `===`; throws an `InvalidValueError`. */
  encode(value: unknown): StoredValue;
  /** How many bytes a value has in a column; left out where it never has many. */
  bytes?(stored: StoredValue): number;
  /** From the compared form to what the driver takes. */
  toColumn(stored: StoredValue): unknown;
  /** From what the driver returns to the value as users get it. */
  fromColumn(column: unknown): Value;
}

/** The values of each `valueType`, as users write and read them. */
export interface ValuesByType extends TypedValues {
  double: number;
  inet: string;
}

export type ValueTypeName = keyof ValuesByType;
