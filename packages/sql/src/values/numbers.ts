import { storeDecimal, storeFloat, storeInt, storeLong } from '@kairos/core';
import { KEY_BYTES } from '../dialect/column.js';
import type { ValueType } from './value-type.js';

export const float: ValueType = {
  name: 'float',
  column: 'real',
  keyColumn: 'real',
  long: false,
  amounts: 'any',
  encode: storeFloat,
};

export const int: ValueType = {
  name: 'int',
  column: 'integer',
  keyColumn: 'integer',
  long: false,
  amounts: 'whole',
  encode: storeInt,
};

export const long: ValueType = {
  name: 'long',
  column: 'long',
  keyColumn: 'long',
  long: false,
  amounts: 'whole',
  encode: storeLong,
  toColumn: (stored) => (typeof stored === 'bigint' ? stored : BigInt(stored)),
};

/** Stored as text on every server, exact at any precision. */
export const decimal: ValueType = {
  name: 'decimal',
  column: 'key',
  keyColumn: 'key',
  long: false,
  amounts: 'none',
  encode: (value) => storeDecimal(value, KEY_BYTES),
};
