/**
 * Values of stores with typed columns, some of which an adapter offers as its `valueType`s. Each function returns the
 * one stored form of a value, or throws an `InvalidValueError`.
 */

import { InvalidValueError } from '../errors.js';
import { isBytes } from './kinds.js';
import { describeValue, wellFormed } from './value.js';

/** The `valueType`s that all of these stores have, with their values as users write and read them. */
export interface TypedValues {
  float: number;
  int: number;
  integer: number;
  long: number | bigint;
  int64: number | bigint;
  decimal: string;
  string: string;
  str: string;
  text: string;
  unicode: string;
  clob: string;
  bool: boolean;
  boolean: boolean;
  blob: Uint8Array;
}

const LEAST_LONG = -(2n ** 63n);
const GREATEST_LONG = 2n ** 63n - 1n;

/**
 * The error for a value. `expected` completes the sentence "expected …": `'a valid Date, as the valueType is
 * "datetime"'`.
 */
export function invalidValue(value: unknown, expected: string): InvalidValueError {
  return new InvalidValueError(`The value is ${describeValue(value)}; expected ${expected}`);
}

export function storeFloat(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw invalidValue(value, 'a finite number, as the valueType is "float"');
}

export function storeInt(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  throw invalidValue(value, 'a whole number between -2^53 and 2^53, as the valueType is "int"');
}

/** A number if it is safe, a `bigint` otherwise. */
export function storeLong(value: unknown): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (typeof value === 'bigint' && value >= LEAST_LONG && value <= GREATEST_LONG) return longOf(value);
  throw invalidValue(value, 'a 64-bit bigint or a safe whole number, as the valueType is "long"');
}

/** The form of a long that a driver returned as a `bigint`. */
export function longOf(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Canonical text of at most `mostCharacters`: no exponent, no leading or trailing zeros, so that equal numbers are
 * equal values.
 */
export function storeDecimal(value: unknown, mostCharacters: number): string {
  const text = typeof value === 'number' ? String(value) : value;
  const canonical = typeof text === 'string' ? canonicalDecimal(text) : undefined;
  if (canonical !== undefined && canonical.length <= mostCharacters) return canonical;
  throw invalidValue(
    value,
    `a decimal string such as "12.50" of at most ${mostCharacters} characters, or a finite number, as the valueType is "decimal"`,
  );
}

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
  return `${sign === '-' ? '-' : ''}${before || '0'}${after === '' ? '' : `.${after}`}`;
}

export function storeBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidValue(value, 'true or false, as the valueType is "bool"');
}

/** Well-formed text. */
export function storeText(value: unknown, valueType = 'text'): string {
  if (typeof value === 'string') return wellFormed(value, 'value');
  throw invalidValue(value, `a string, as the valueType is "${valueType}"`);
}

/** A string with one character for each byte. */
export function storeBytes(value: unknown): string {
  if (!isBytes(value)) throw invalidValue(value, 'a Uint8Array, as the valueType is "blob"');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
}

/** The bytes of that form. */
export function bytesOf(stored: string): Buffer {
  return Buffer.from(stored, 'latin1');
}
