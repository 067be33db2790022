import type { StoredValue, TypedValues, Value } from '@kairos/core';

/** The CQL types that values are stored as. */
export type CqlType = 'double' | 'bigint' | 'decimal' | 'text' | 'boolean' | 'blob' | 'inet';

/** How the values of a timeseries are checked and stored. */
export interface ValueType {
  readonly cql: CqlType;
  /** Whether a count accepts this type. It holds whole numbers all the same. */
  readonly numeric: boolean;
  /** Checks a value and returns its stored form, which is compared with `===`. Throws an `InvalidValueError`. */
  encode(value: unknown): StoredValue;
  /** The size of a value in bytes. Absent for types whose values are always small. */
  bytes?(stored: StoredValue): number;
  /** Converts a stored form to the driver's. */
  toColumn(stored: StoredValue): unknown;
  /** Converts the driver's value to the user's. */
  fromColumn(column: unknown): Value;
}

/** The values of each `valueType`, as users write and read them. */
export interface ValuesByType extends TypedValues {
  double: number;
  inet: string;
}

export type ValueTypeName = keyof ValuesByType;
