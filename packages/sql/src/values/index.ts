import { storeBoolean } from '@kairos/core';
import { decimal, float, int, long } from './numbers.js';
import { date, datetime, time } from './temporal.js';
import { blob, string, text } from './text.js';
import type { ValueType, ValueTypeName } from './value-type.js';

/** Every `valueType` by name. */
export const valueTypes: { readonly [N in ValueTypeName]: ValueType } = {
  float,
  int,
  long,
  decimal,
  string,
  text,
  bool: {
    name: 'bool',
    column: 'boolean',
    keyColumn: 'boolean',
    long: false,
    amounts: 'none',
    encode: storeBoolean,
  },
  date,
  datetime,
  time,
  blob,
};
