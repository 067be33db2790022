/** The data of buckets in the form that scripts take and the server returns. */
import {
  type BucketQuery,
  type BucketRow,
  isMap,
  StorageError,
  type StoredData,
  type StoredValue,
  type TimeseriesType,
} from '@kairos/core';
import { decodeValue, encodeValue, splitResolution } from './values.js';
import type { WindowFields } from './window-fields.js';

/** The arguments for one bucket's data, split if there is too much for one call. */
export function* dataArguments(
  type: TimeseriesType,
  data: StoredData,
  mostValues: number,
  mostCharacters: number,
): Generator<string[]> {
  if (typeof data !== 'object' || data === null) {
    yield [type === 'gauge' && data !== null ? encodeValue(data) : String(data)];
    return;
  }
  const counted = isMap(data);
  let part: string[] = [];
  let values = 0;
  let characters = 0;
  for (const entry of data) {
    const text = encodeValue(Array.isArray(entry) ? entry[0] : entry);
    if (values === mostValues || (values > 0 && characters + text.length > mostCharacters)) {
      yield [String(values), ...part];
      [part, values, characters] = [[], 0, 0];
    }
    part.push(text);
    if (counted && Array.isArray(entry)) part.push(String(entry[1]));
    values++;
    characters += text.length;
  }
  if (values > 0) yield [String(values), ...part];
}

/** The size of some data: the number of values, and of their characters. */
export function sizeOf(data: StoredData): { readonly values: number; readonly characters: number } {
  if (typeof data !== 'object' || data === null) return { values: 1, characters: lengthOf(data) };
  let characters = 0;
  for (const value of isMap(data) ? data.keys() : data) characters += lengthOf(value);
  return { values: Array.isArray(data) ? data.length : data.size, characters };
}

function lengthOf(value: StoredValue | null): number {
  return typeof value === 'string' ? value.length : 8;
}

/** Adds a bucket's data to the rows: one row, or one for each resolution. Not for types that share windows. */
export function addRows(
  rows: BucketRow[],
  type: TimeseriesType,
  resolved: boolean,
  place: { readonly name: string; readonly bucket: number },
  reply: unknown,
): void {
  const { name, bucket } = place;
  const texts = textsOf(reply);
  if (!resolved) {
    rows.push({ name, bucket, resolution: 0, data: decodeData(type, texts) });
    return;
  }
  for (const [resolution, data] of decodeResolved(type, texts)) rows.push({ name, bucket, resolution, data });
}

/** Adds a window's data (a hash, or its lines) from the buckets `first` to `last` to the rows. */
export function addWindowRows(
  rows: BucketRow[],
  type: TimeseriesType,
  windows: WindowFields,
  { names: [name = ''], first, last }: BucketQuery,
  window: number,
  reply: unknown,
): void {
  const texts = typeof reply === 'string' ? reply.split('\n') : textsOf(reply);
  for (let i = 0; i < texts.length; i += 2) {
    const { bucket, resolution } = windows.placedAt(window, texts[i] ?? '');
    if (bucket < first || bucket > last) continue;
    const text = texts[i + 1] ?? '';
    rows.push({ name, bucket, resolution, data: type === 'count' ? Number(text) : decodeValue(text) });
  }
}

function decodeResolved(
  type: TimeseriesType,
  texts: readonly string[],
): Iterable<readonly [resolution: number, data: unknown]> {
  switch (type) {
    case 'histogram': {
      const found = new Map<number, Map<string | number, number>>();
      for (const [text, count] of pairsOf(texts)) {
        const [resolution, value] = splitResolution(text);
        child(found, resolution, () => new Map()).set(decodeValue(value), Number(count));
      }
      return found;
    }
    case 'set': {
      const found = new Map<number, Set<string | number>>();
      for (const text of texts) {
        const [resolution, value] = splitResolution(text);
        child(found, resolution, () => new Set()).add(decodeValue(value));
      }
      return found;
    }
    default: {
      const found = new Map<number, (string | number)[]>();
      for (const text of texts) {
        const [resolution, value] = splitResolution(text);
        child(found, resolution, () => []).push(decodeValue(value));
      }
      return found;
    }
  }
}

function pairsOf(texts: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i < texts.length; i += 2) pairs.push([texts[i] ?? '', texts[i + 1] ?? '']);
  return pairs;
}

export function decodeData(type: TimeseriesType, texts: readonly string[]): unknown {
  switch (type) {
    case 'histogram': {
      const counts = new Map<string | number, number>();
      for (const [value, count] of pairsOf(texts)) counts.set(decodeValue(value), Number(count));
      return counts;
    }
    case 'set':
      return new Set(texts.map(decodeValue));
    default:
      return texts.map(decodeValue);
  }
}

function child<V>(parent: Map<number, V>, key: number, create: () => V): V {
  let found = parent.get(key);
  if (found === undefined) {
    found = create();
    parent.set(key, found);
  }
  return found;
}

export function textOf(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  throw unexpected(reply, 'text');
}

/** A flat list of texts; a client may return a hash as an object. */
export function textsOf(reply: unknown): readonly string[] {
  if (Array.isArray(reply)) return reply;
  if (typeof reply === 'object' && reply !== null) return Object.entries(reply).flat();
  throw unexpected(reply, 'a list');
}

export function listOf(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw unexpected(reply, 'a list');
}

function unexpected(reply: unknown, expected: string): StorageError {
  return new StorageError(`The server returned ${JSON.stringify(reply)?.slice(0, 60)}; expected ${expected}`);
}
