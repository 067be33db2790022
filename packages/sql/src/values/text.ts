import { bytesOf, invalidValue, storeBytes, storeText } from '@kairos/core';
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
      throw invalidValue(value, `at most ${limits.stringLength} characters (option "stringLength")`);
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
      throw invalidValue(value, `at most ${limits.textLength} bytes (option "textLength")`);
    }
    return checked;
  },
};

/** Compared as a string with one character per byte. */
export const blob: ValueType = {
  name: 'blob',
  column: 'bytes',
  keyColumn: 'keyBytes',
  long: true,
  amounts: 'none',
  encode: (value, limits) => {
    const bytes = storeBytes(value);
    if (bytes.length > limits.textLength) {
      throw invalidValue(value, `at most ${limits.textLength} bytes (option "textLength")`);
    }
    return bytes;
  },
  toColumn: (stored) => bytesOf(String(stored)),
};

function checkText(value: unknown, limits: Limits, valueType: string): string {
  const text = storeText(value, valueType);
  if (limits.nul || !text.includes('\0')) return text;
  throw invalidValue(value, 'text without NUL, which this server cannot hold');
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
