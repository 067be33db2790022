/**
 * The layout. One database named "kairos" in the file holds every timeseries. LMDB sorts its keys: it
 * compares them part by part from the left, numbers before text, and a key before those that continue it.
 *
 * | key                                                     | value                                      |
 * |---------------------------------------------------------|--------------------------------------------|
 * | `[namespace, type]`                                     | the record                                 |
 * | `[namespace, type, name]`                               | the name, if the key contains its digest   |
 * | `[namespace, type, name, interval, bucket, resolution]` | the data of a bucket, see `pack`           |
 *
 * For example: `["=site", "count", "=home", "=minute", 28333333, 0]`.
 */
import { createHash } from 'node:crypto';
import {
  type DataType,
  isMap,
  isSet,
  type StoredData,
  type StoredValue,
  type TimeseriesType,
} from '@kairos/core';

export const DATABASE = 'kairos';

export type Key = (string | number)[];

/** The keys from `start` up to, but not including, `end`. */
export interface KeyRange {
  readonly start: Key;
  readonly end: Key;
}

/** A part that sorts before all others, and one that sorts after them. */
const BEFORE = Number.NEGATIVE_INFINITY;
const AFTER = '~';

/** LMDB limits keys to 1,978 bytes. The driver's key encoding cannot hold control characters. */
const fitsInKey = (text: string) => /^\P{Cc}{1,100}$/u.test(text);

/**
 * Converts text to a part of a key: the text itself or its digest. Different texts have different parts.
 *
 * @example
 * ```ts
 * partOf('home'); // "=home"
 * partOf('x'.repeat(10_240)); // "#" and 43 characters
 * ```
 */
export function partOf(text: string): string {
  return fitsInKey(text) ? `=${text}` : `#${createHash('sha256').update(text).digest('base64url')}`;
}

/** Returns the text of a part, or `null` if the part is a digest. */
export function textOf(part: string): string | null {
  return part.startsWith('=') ? part.slice(1) : null;
}

/** The keys that begin with a key and continue it. */
export function startingWith(key: Key): KeyRange {
  return { start: [...key, BEFORE], end: [...key, AFTER] };
}

/** The buckets of an interval from `first` to `last`, both included. `null` leaves an end open. */
export function bucketRange(
  nameKey: Key,
  interval: string,
  first: number | null,
  last: number | null,
): KeyRange {
  const key = [...nameKey, partOf(interval)];
  return {
    start: [...key, first ?? BEFORE],
    end: [...key, last === null ? AFTER : last + 1],
  };
}

/** The bucket and the resolution at the end of a bucket's key. */
export function placeOf(key: Key): { bucket: number; resolution: number } {
  return { bucket: Number(key.at(-2)), resolution: Number(key.at(-1)) };
}

/** Converts a bucket's data to a value: a histogram to pairs, a set to an array, others unchanged. */
export function pack(data: StoredData): unknown {
  return isMap(data) || isSet(data) ? [...data] : data;
}

/** Reverses `pack`. Throws if the value is not data of this type. */
export function unpack<T extends TimeseriesType>(dataType: DataType<T>, value: unknown): StoredData<T> {
  let data = value;
  if (dataType.type === 'histogram' && Array.isArray(value)) data = new Map(value);
  if (dataType.type === 'set' && Array.isArray(value)) data = new Set(value);
  if (dataType.is<StoredValue>(data)) return data;
  throw new Error(`What is stored is no ${dataType.type}`);
}
