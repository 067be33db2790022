import { storeScalar } from '@kairos/core';
import { invalid } from './numbers.js';
import type { Limits, ValueType } from './value-type.js';

export const string: ValueType = {
  name: 'string',
  column: 'text',
  keyColumn: 'key',
  long: true,
  amounts: 'none',
  encode: (value, limits) => {
    const text = checkText(value, limits, 'string');
    if (text.length > limits.stringLength && characters(text) > limits.stringLength) {
      throw invalid(value, `at most ${limits.stringLength} characters (option "stringLength")`);
    }
    return text;
  },
};

export const text: ValueType = {
  name: 'text',
  column: 'text',
  keyColumn: 'key',
  long: true,
  amounts: 'none',
  encode: (value, limits) => {
    const checked = checkText(value, limits, 'text');
    if (checked.length * 3 > limits.textLength && Buffer.byteLength(checked) > limits.textLength) {
      throw invalid(value, `at most ${limits.textLength} bytes (option "textLength")`);
    }
    return checked;
  },
};

/** Compared as a string with one character for each byte. */
export const blob: ValueType = {
  name: 'blob',
  column: 'bytes',
  keyColumn: 'keyBytes',
  long: true,
  amounts: 'none',
  encode: (value, limits) => {
    if (!(value instanceof Uint8Array)) throw invalid(value, 'a Uint8Array, as the valueType is "blob"');
    if (value.length > limits.textLength) {
      throw invalid(value, `at most ${limits.textLength} bytes (option "textLength")`);
    }
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  },
  toColumn: (stored) => Buffer.from(String(stored), 'latin1'),
};

function checkText(value: unknown, limits: Limits, valueType: string): string {
  if (typeof value !== 'string') throw invalid(value, `a string, as the valueType is "${valueType}"`);
  if (!limits.nul && value.includes('\0')) {
    throw invalid(value, 'text without NUL, which this server cannot hold');
  }
  return String(storeScalar(value));
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
