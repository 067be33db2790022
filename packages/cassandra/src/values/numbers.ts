import { longOf, type StoredValue, storeDecimal, storeFloat, storeInt, storeLong } from '@kairos/core';
import { integerOf } from '../session/integer.js';
import type { ValueType } from './value-type.js';

const MOST_CHARACTERS = 1000;

export const double: ValueType = {
  cql: 'double',
  numeric: true,
  encode: storeFloat,
  toColumn: (stored) => stored,
  fromColumn: (column) => Number(column),
};

/** The driver accepts text for a `bigint` column, with or without `BigInt`. */
const digits = (stored: StoredValue) => String(stored);

export const int: ValueType = {
  cql: 'bigint',
  numeric: true,
  encode: storeInt,
  toColumn: digits,
  fromColumn: integerOf,
};

export const long: ValueType = {
  cql: 'bigint',
  numeric: true,
  encode: storeLong,
  toColumn: digits,
  fromColumn: (column) => longOf(BigInt(String(column))),
};

/** Cassandra compares decimals as numbers, too. */
export const decimal: ValueType = {
  cql: 'decimal',
  numeric: false,
  encode: (value) => storeDecimal(value, MOST_CHARACTERS),
  toColumn: (stored) => stored,
  fromColumn: (column) => String(column),
};
