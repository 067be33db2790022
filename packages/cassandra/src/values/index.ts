import { decimal, double, int, long } from './numbers.js';
import { blob, boolean, inet, text } from './text.js';
import type { ValueType, ValueTypeName } from './value-type.js';

/** Every `valueType` by name. */
export const valueTypes: { readonly [N in ValueTypeName]: ValueType } = {
  float: double,
  double,
  int,
  integer: int,
  long,
  int64: long,
  decimal,
  string: text,
  str: text,
  text,
  unicode: text,
  clob: text,
  bool: boolean,
  boolean,
  blob,
  inet,
};
