/**
 * Where things are. One database named "kairos" in the file holds every timeseries, under keys that LMDB keeps in
 * order: compared part by part from the left, numbers before text, a key before those that continue it.
 *
 * | key                                                     | value                                      |
 * |---------------------------------------------------------|--------------------------------------------|
 * | `[namespace, type]`                                     | the record                                 |
 * | `[namespace, type, name]`                               | the name, where it is a digest in the key  |
 * | `[namespace, type, name, interval, bucket, resolution]` | the data of a bucket, see `pack`           |
 *
 * `["=site", "count", "=home", "=minute", 28333333, 0]` for instance.
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

/** The keys from `start` on and before `end`. */
export interface KeyRange {
  readonly start: Key;
  readonly end: Key;
}

/** Parts that come before and after every other. */
const BEFORE = Number.NEGATIVE_INFINITY;
const AFTER = '~';

/** LMDB limits keys to 1,978 bytes, and the driver's encoding of keys cannot hold control characters. */
const fitsInKey = (text: string) => /^\P{Cc}{1,100}$/u.test(text);

/**
 * Text as a part of a key, itself or its digest; different texts have different parts.
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

/** The text that a part stands for, `null` where it is a digest. */
export function textOf(part: string): string | null {
  return part.startsWith('=') ? part.slice(1) : null;
}

/** The keys that continue a key. */
export function startingWith(key: Key): KeyRange {
  return { start: [...key, BEFORE], end: [...key, AFTER] };
}

/** The buckets of an interval from `first` to `last`, both included; from or to its end where one is `null`. */
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

/** A bucket's data as a value: a histogram as pairs, a set as an array, the others as they are. */
export function pack(data: StoredData): unknown {
  return isMap(data) || isSet(data) ? [...data] : data;
}

/** Throws where the value is none that `pack` made of this type. */
export function unpack<T extends TimeseriesType>(dataType: DataType<T>, value: unknown): StoredData<T> {
  let data = value;
  if (dataType.type === 'histogram' && Array.isArray(value)) data = new Map(value);
  if (dataType.type === 'set' && Array.isArray(value)) data = new Set(value);
  if (dataType.is<StoredValue>(data)) return data;
  throw new Error(`What is stored is no ${dataType.type}`);
}
