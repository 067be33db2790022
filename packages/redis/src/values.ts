import { StorageError, type StoredValue } from '@kairos/core';

const QUOTE = "'";

/**
 * The text of a value: a number in decimal (`3.5`), a string as it is (`home`). If a string begins like a number or
 * with a quote, a quote comes first (`'3.5`). So 3.5 and "3.5" differ, and most data is easy to read.
 */
export function encodeValue(value: StoredValue): string {
  if (typeof value === 'string') return startsLikeNumber(value) || value[0] === QUOTE ? QUOTE + value : value;
  return String(value);
}

export function decodeValue(text: string): string | number {
  if (startsLikeNumber(text)) return Number(text);
  return text[0] === QUOTE ? text.slice(1) : text;
}

function startsLikeNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 48 && code <= 57) || code === 45;
}

/** A value with the resolution that it belongs to: `28333333/home`. */
export function splitResolution(text: string): readonly [resolution: number, value: string] {
  const slash = text.indexOf('/');
  if (slash > 0) return [Number(text.slice(0, slash)), text.slice(slash + 1)];
  throw new StorageError(
    `The store holds ${JSON.stringify(text.slice(0, 60))} where a resolution is expected`,
  );
}
