import { storeBoolean } from '@kairos/core';
import { decimal, float, int, long } from './numbers.js';
import { date, datetime, time } from './temporal.js';
import { blob, string, text } from './text.js';
import type { ValueType, ValueTypeName } from './value-type.js';

const bool: ValueType = {
  name: 'bool',
  column: 'boolean',
  keyColumn: 'boolean',
  long: false,
  amounts: 'none',
  encode: storeBoolean,
};

/** Every `valueType` by name. Some have aliases. */
export const valueTypes: { readonly [N in ValueTypeName]: ValueType } = {
  float,
  int,
  integer: int,
  long,
  int64: long,
  decimal,
  string,
  str: string,
  text,
  unicode: string,
  clob: text,
  bool,
  boolean: bool,
  date,
  datetime,
  time,
  blob,
};
