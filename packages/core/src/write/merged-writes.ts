import type { BucketWrite } from '../adapter.js';
import type { DataType, StoredData, TimeseriesType } from '../types/data-type.js';
import type { NewWrite } from './bucket-write.js';
import { PlaceMap } from './place-map.js';

/** The writes of several calls, with one write for each bucket, and the buckets of a name together. */
export class MergedWrites {
  readonly #dataType: DataType<TimeseriesType>;
  readonly #names = new Map<string, Map<string, PlaceMap<NewWrite>>>();
  /** The writes, with copies of the data. A call's own data stays unchanged, because it may have to be resent. */
  readonly #owned = new Set<NewWrite>();

  constructor(dataType: DataType<TimeseriesType>) {
    this.#dataType = dataType;
  }

  /** Adds the writes of a call. If a sum would not be exact, adds nothing and returns `false`. */
  add(writes: readonly BucketWrite[]): boolean {
    const placed = writes.map((write) => {
      const buckets = this.#bucketsOf(write);
      return { write, buckets, merged: buckets.get(write) };
    });
    const exact =
      this.#dataType.type !== 'count' ||
      placed.every(({ write, merged }) => addsExactly(merged?.data, write.data));
    if (!exact) return false;
    for (const { write, buckets, merged } of placed) {
      if (merged === undefined) buckets.set(write, { ...write });
      else this.#merge(merged, write);
    }
    return true;
  }

  /** The merged write that contains a write of a call. */
  of(write: BucketWrite): BucketWrite | undefined {
    return this.#names.get(write.name)?.get(write.interval)?.get(write);
  }

  all(): BucketWrite[] {
    const writes: BucketWrite[] = [];
    for (const intervals of this.#names.values()) {
      for (const buckets of intervals.values()) {
        for (const write of buckets.values()) writes.push(write);
      }
    }
    return writes;
  }

  #bucketsOf({ name, interval }: BucketWrite): PlaceMap<NewWrite> {
    const intervals = within(this.#names, name, () => new Map<string, PlaceMap<NewWrite>>());
    return within(intervals, interval, () => new PlaceMap());
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

/** What is under a key, created if missing. */
function within<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = create();
  map.set(key, made);
  return made;
}
