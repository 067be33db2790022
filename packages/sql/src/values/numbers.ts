import { describe, InvalidValueError } from '@kairos/core';
import { KEY_BYTES } from '../dialect/column.js';
import type { ValueType } from './value-type.js';

const LEAST_LONG = -(2n ** 63n);
const GREATEST_LONG = 2n ** 63n - 1n;

export const float: ValueType = {
  name: 'float',
  column: 'real',
  keyColumn: 'real',
  long: false,
  amounts: 'any',
  encode: (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
    throw invalid(value, 'a finite number, as the valueType is "float"');
  },
};

export const int: ValueType = {
  name: 'int',
  column: 'integer',
  keyColumn: 'integer',
  long: false,
  amounts: 'whole',
  encode: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    throw invalid(value, 'a whole number between -2^53 and 2^53, as the valueType is "int"');
  },
};

/** A number where it is safe, a `bigint` where it is not: one form for each value. */
export const long: ValueType = {
  name: 'long',
  column: 'long',
  keyColumn: 'long',
  long: false,
  amounts: 'whole',
  encode: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    if (typeof value === 'bigint' && value >= LEAST_LONG && value <= GREATEST_LONG) return narrowed(value);
    throw invalid(value, 'a 64-bit bigint or a safe whole number, as the valueType is "long"');
  },
  toColumn: (stored) => (typeof stored === 'bigint' ? stored : BigInt(stored)),
};

export function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Kept as canonical text, on every server: exact at any precision. */
export const decimal: ValueType = {
  name: 'decimal',
  column: 'key',
  keyColumn: 'key',
  long: false,
  amounts: 'none',
  encode: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    const canonical = typeof text === 'string' ? canonicalDecimal(text) : undefined;
    if (canonical !== undefined) return canonical;
    throw invalid(
      value,
      `a decimal string such as "12.50" of at most ${KEY_BYTES} digits, or a finite number, as the valueType is "decimal"`,
    );
  },
};

/** Digits without exponent, leading or trailing zeros: equal numbers have equal texts. */
function canonicalDecimal(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const before = (point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0')).replace(/^0+/, '');
  const after = (point < 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(/0+$/, '');
  if (before === '' && after === '') return '0';
  const canonical = `${sign === '-' ? '-' : ''}${before || '0'}${after === '' ? '' : `.${after}`}`;
  return canonical.length <= KEY_BYTES ? canonical : undefined;
}

export function invalid(value: unknown, expected: string): InvalidValueError {
  return new InvalidValueError(`The value is ${describe(value)}; expected ${expected}`);
}
