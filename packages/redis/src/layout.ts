/**
 * The keys of a timeseries, for the prefix `kairos`, the type `count` and the name `home`:
 *
 * - `kairos:count:record` – the recorded intervals (string)
 * - `kairos:count:{d0}record` – a copy of the record, in clusters only (string)
 * - `kairos:count:{d0}` – the names of shard `d0` (set)
 * - `kairos:count:{d0}:home` – which of the keys below exist (hash, see `scripts/name-index.ts`)
 * - `kairos:count:{d0}minute:221354:home` – window 221354 of the coarse interval `minute`: 128 minutes (hash)
 * - `kairos:count:{d0}month/307:home` – window 307 of `month`, which has a resolution: 64 days (hash)
 *
 * Counts and gauges have windows. The other types have a key for each bucket, of the type `set` for instance:
 *
 * - `kairos:set:{d0}minute:28333333:home` – bucket 28333333 of the coarse interval `minute`
 * - `kairos:set:{d0}month/202311:home` – bucket 202311 of `month`, which has a resolution: all of its resolutions
 *
 * The shard is a function of the name, and the hash tag in braces: all keys of a name share a slot in a cluster.
 * No two timeseries, names, intervals, or windows of one share a key: the prefix contains no brace, so the first brace
 * ends it and the type; the shard has two digits; an interval contains no `:` or `/`; a window or bucket is an integer;
 * and the rest is the name.
 */
import { crc32 } from 'node:zlib';

/** The version of this layout, recorded with the data. It changes with anything that an older version would misread. */
export const LAYOUT_VERSION = 2;

/** Names are spread over this many shards: fine enough for dozens of masters, few enough to list in one go. */
const SHARDS = 256;

/** The hash tags of all shards. */
export const shards: readonly string[] = Array.from({ length: SHARDS }, (_, shard) =>
  shard.toString(16).padStart(2, '0'),
);

export function shardOf(name: string): string {
  return shards[crc32(name) % SHARDS] ?? '';
}

/** The keys of one timeseries. */
export class Layout {
  readonly record: string;
  readonly #head: string;

  constructor(prefix: string, type: string) {
    const escaped = escapeWith(prefix, /[%{}]/g);
    this.#head = escaped === '' ? `${type}:` : `${escaped}:${type}:`;
    this.record = `${this.#head}record`;
  }

  /** The key of a shard's copy of the record. */
  copy(shard: string): string {
    return this.copyBeside(this.names(shard));
  }

  /** The same, from the key of the shard's names. */
  copyBeside(names: string): string {
    return `${names}record`;
  }

  /** The key of a shard's names. Every other key of the shard begins with it. */
  names(shard: string): string {
    return `${this.#head}{${shard}}`;
  }
}

/** The key of a name's index. */
export function indexKey(names: string, name: string): string {
  return `${names}:${name}`;
}

/** An interval as it appears in keys and in the index. With and without a resolution, it is different data. */
export function intervalField(interval: string, resolved: boolean): string {
  return `${escapeWith(interval, /[%:/]/g)}${resolved ? '/' : ':'}`;
}

/** The key of a window, or of a bucket if each has its own. */
export function dataKey(names: string, field: string, unit: number, name: string): string {
  return `${names}${field}${unit}:${name}`;
}

function escapeWith(text: string, pattern: RegExp): string {
  return text.replace(
    pattern,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
