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

/** Where the memory backend keeps its data: what a server is to other backends. */
export class MemoryStore {
  /** How often the store was asked to write or read: what a round trip is to a server. */
  roundTrips = 0;
  readonly #namespaces = new Map<string, MemoryNamespace>();
  readonly #refused = new Set<string>();

  namespace(namespace: string, type: TimeseriesType): MemoryNamespace {
    const key = JSON.stringify([namespace, type]);
    const found = this.#namespaces.get(key) ?? { names: new Map(), record: null };
    this.#namespaces.set(key, found);
    return found;
  }

  /** Refuses writes to a bucket from now on, as a server out of memory would; returns what undoes it. */
  refuse(place: MemoryPlace): () => void {
    const key = keyOf(place);
    this.#refused.add(key);
    return () => {
      this.#refused.delete(key);
    };
  }

  /** Carries a request out: at once, in a store that is in the same process. */
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
