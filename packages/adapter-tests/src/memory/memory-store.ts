import type { BucketKey, StoredData, TimeseriesType } from '@kairos/core';

/** The data of one timeseries: name → interval → bucket → resolution. */
export interface MemoryNamespace {
  readonly names: Map<string, Map<string, Map<number, Map<number, StoredData>>>>;
  record: string | null;
}

/** A bucket of one timeseries of a store. */
export interface MemoryPlace extends BucketKey {
  readonly namespace: string;
  readonly type: TimeseriesType;
}

/** The in-memory store: the counterpart of a server. */
export class MemoryStore {
  /** Number of requests to write or read: the counterpart of round trips to a server. */
  roundTrips = 0;
  readonly #namespaces = new Map<string, MemoryNamespace>();
  readonly #refused = new Set<string>();

  namespace(namespace: string, type: TimeseriesType): MemoryNamespace {
    const key = JSON.stringify([namespace, type]);
    const found = this.#namespaces.get(key) ?? { names: new Map(), record: null };
    this.#namespaces.set(key, found);
    return found;
  }

  /** Refuses writes to a bucket from now on, as a server without memory would. Returns a function that undoes it. */
  refuse(place: MemoryPlace): () => void {
    const key = keyOf(place);
    this.#refused.add(key);
    return () => {
      this.#refused.delete(key);
    };
  }

  /** Executes a request: at once, because the store is in the same process. */
  async carry<R>(request: () => R): Promise<R> {
    return request();
  }

  refuses(place: MemoryPlace): boolean {
    return this.#refused.size > 0 && this.#refused.has(keyOf(place));
  }
}

function keyOf({ namespace, type, name, interval, bucket, resolution }: MemoryPlace): string {
  return JSON.stringify([namespace, type, name, interval, bucket, resolution]);
}
