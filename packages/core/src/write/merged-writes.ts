import type { BucketWrite } from '../adapter.js';
import { keyOf } from '../time/interval.js';
import type { DataType, StoredData, TimeseriesType } from '../types/data-type.js';
import type { NewWrite } from './bucket-write.js';

/** The writes of several calls, with one write for each bucket, and the buckets of a name together. */
export class MergedWrites {
  readonly #dataType: DataType<TimeseriesType>;
  readonly #names = new Map<string, Map<string, Map<string | number, NewWrite>>>();
  /** The writes, with copies of the data. A call's own data stays unchanged, because it may have to be resent. */
  readonly #owned = new Set<NewWrite>();

  constructor(dataType: DataType<TimeseriesType>) {
    this.#dataType = dataType;
  }

  /** Adds the writes of a call. If a sum would not be exact, adds nothing and returns `false`. */
  add(writes: readonly BucketWrite[]): boolean {
    const places = writes.map((write) => this.#bucketsOf(write).get(keyOf(write)));
    const exact =
      this.#dataType.type !== 'count' ||
      writes.every(({ data }, index) => addsExactly(places[index]?.data, data));
    if (!exact) return false;
    for (const [index, write] of writes.entries()) {
      const merged = places[index];
      if (merged === undefined) this.#bucketsOf(write).set(keyOf(write), { ...write });
      else this.#merge(merged, write);
    }
    return true;
  }

  /** The merged write that contains a write of a call. */
  of(write: BucketWrite): BucketWrite | undefined {
    return this.#names.get(write.name)?.get(write.interval)?.get(keyOf(write));
  }

  all(): BucketWrite[] {
    const writes: BucketWrite[] = [];
    for (const intervals of this.#names.values()) {
      for (const buckets of intervals.values()) writes.push(...buckets.values());
    }
    return writes;
  }

  #bucketsOf({ name, interval }: BucketWrite): Map<string | number, NewWrite> {
    return within(within(this.#names, name), interval);
  }

  #merge(merged: NewWrite, { data, expiresAt }: BucketWrite): void {
    if (typeof data === 'object' && !this.#owned.has(merged)) {
      merged.data = this.#copyOf(merged.data);
      this.#owned.add(merged);
    }
    merged.data = this.#dataType.add(merged.data, data);
    if (expiresAt !== null) merged.expiresAt = Math.max(merged.expiresAt ?? 0, expiresAt);
  }

  #copyOf(data: StoredData): StoredData {
    return this.#dataType.add(this.#dataType.empty(), data);
  }
}

/** Whether the sum of amounts is what the store would compute: finite, and a safe integer if the amounts are whole. */
function addsExactly(before: StoredData | undefined, later: StoredData): boolean {
  if (typeof before !== 'number' || typeof later !== 'number') return true;
  const sum = before + later;
  return Number.isInteger(sum) ? Number.isSafeInteger(sum) : Number.isFinite(sum);
}

/** The map under a key, created if missing. */
function within<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = maps.get(key);
  if (found !== undefined) return found;
  const made = new Map<L, V>();
  maps.set(key, made);
  return made;
}
