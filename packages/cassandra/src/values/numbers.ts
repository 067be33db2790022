import type { StoredValue } from '@kairos/core';
import { integerOf } from '../integer.js';
import { invalid, type ValueType } from './value-type.js';

const LEAST_LONG = -(2n ** 63n);
const GREATEST_LONG = 2n ** 63n - 1n;
const MOST_DIGITS = 1000;

export const double: ValueType = {
  cql: 'double',
  numeric: true,
  encode: (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
    throw invalid(value, 'a finite number, as the valueType is "float"');
  },
  toColumn: (stored) => stored,
  fromColumn: (column) => Number(column),
};

/** What the driver takes for a `bigint` column whether it was told to use `BigInt`s or not. */
const digits = (stored: StoredValue) => String(stored);

export const int: ValueType = {
  cql: 'bigint',
  numeric: true,
  encode: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    throw invalid(value, 'a whole number between -2^53 and 2^53, as the valueType is "int"');
  },
  toColumn: digits,
  fromColumn: integerOf,
};

/** A number where it is safe, a `bigint` where it is not: one form for each value. */
export const long: ValueType = {
  cql: 'bigint',
  numeric: true,
  encode: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    if (typeof value === 'bigint' && value >= LEAST_LONG && value <= GREATEST_LONG) return narrowed(value);
    throw invalid(value, 'a 64-bit bigint or a safe whole number, as the valueType is "long"');
  },
  toColumn: digits,
  fromColumn: (column) => narrowed(BigInt(String(column))),
};

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Canonical text, so that equal numbers are equal values: Cassandra too compares decimals as numbers. */
export const decimal: ValueType = {
  cql: 'decimal',
  numeric: false,
  encode: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    const canonical = typeof text === 'string' ? canonicalDecimal(text) : undefined;
    if (canonical !== undefined) return canonical;
    throw invalid(
      value,
      `a decimal string such as "12.50" of at most ${MOST_DIGITS} digits, or a finite number, as the valueType is "decimal"`,
    );
  },
  toColumn: (stored) => stored,
  fromColumn: (column) => String(column),
};

/** Without exponent, leading and trailing zeros; `undefined` for what is not a decimal number. */
function canonicalDecimal(text: string): string | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const shift = Number(exponent);
  const padded = shift < 0 ? '0'.repeat(-shift) + whole : whole;
  const after = shift > 0 ? fraction.padEnd(shift, '0') : fraction;
  const all = padded + after;
  const point = padded.length + shift;
  const integer = all.slice(0, point).replace(/^0+/, '') || '0';
  const rest = all.slice(point).replace(/0+$/, '');
  if (integer.length + rest.length > MOST_DIGITS) return undefined;
  const unsigned = rest === '' ? integer : `${integer}.${rest}`;
  return sign === '-' && unsigned !== '0' ? `-${unsigned}` : unsigned;
}
