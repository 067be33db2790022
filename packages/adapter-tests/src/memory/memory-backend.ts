import {
  type Backend,
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  CONTRACT_VERSION,
  type OpenRequest,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredData,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';

/** Where the memory backend keeps its data: what a server is to other backends. */
export class MemoryStore {
  readonly namespaces = new Map<string, MemoryNamespace>();
}

/** The data of one timeseries: name → interval → bucket → resolution. */
export interface MemoryNamespace {
  readonly names: Map<string, Map<string, Map<number, Map<number, StoredData>>>>;
  record: string | null;
}

export interface MemoryOptions {
  namespace?: string;
}

/** What the in-memory backend adds to types. */
export interface MemoryTypes {
  options: MemoryOptions;
  insertOptions: Record<never, never>;
  fetch: (data: unknown, name: string, bucket: number) => unknown;
  values: Record<never, never>;
}

/**
 * The reference adapter: all of the contract over nested maps, in one process. It proves the conformance suite, and
 * is a store for the tests of programs that use Kairos. A handle is a `MemoryStore`; each `memory:` URL opens a new
 * one.
 */
export const memory: Backend<MemoryTypes> = {
  name: 'memory',
  contract: CONTRACT_VERSION,
  schemes: ['memory'],
  options: ['namespace'],
  insertOptions: [],
  accepts: (handle) => handle instanceof MemoryStore,
  open: async (request) => new MemoryAdapter(request),
};

const capabilities: Capabilities = {
  expiry: 'manual',
  atomicEvents: true,
  fractionalCounts: true,
  nul: true,
  shared: false,
};

export class MemoryAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities = capabilities;
  protected readonly type: T;
  protected readonly schema: Schema<T>;
  protected readonly namespace: MemoryNamespace;

  constructor({ source, type, schema, options }: OpenRequest<T>) {
    const store =
      'handle' in source && source.handle instanceof MemoryStore ? source.handle : new MemoryStore();
    const key = JSON.stringify([options['namespace'] ?? '', type]);
    const namespace = store.namespaces.get(key) ?? { names: new Map(), record: null };
    store.namespaces.set(key, namespace);
    this.type = type;
    this.schema = schema;
    this.namespace = namespace;
  }

  encode(value: unknown): StoredValue {
    return this.type === 'count' ? storeAmount(value) : storeScalar(value);
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    for (const write of writes) this.apply(write);
    return [];
  }

  protected apply({ name, interval, bucket, resolution, data }: BucketWrite<T>): void {
    const resolutions = child(child(child(this.namespace.names, name), interval), bucket);
    const stored = resolutions.get(resolution);
    const { dataType } = this.schema;
    const before = dataType.is<StoredValue>(stored) ? stored : dataType.empty<StoredValue>();
    resolutions.set(resolution, dataType.add(before, data));
  }

  async read({ names, interval, first, last }: BucketQuery, fetch?: unknown): Promise<Iterable<BucketRow>> {
    const rows: BucketRow[] = [];
    for (const name of names) {
      for (const [bucket, resolutions] of this.namespace.names.get(name)?.get(interval) ?? []) {
        if (bucket < first || bucket > last) continue;
        for (const [resolution, stored] of resolutions) {
          const data = typeof fetch === 'function' ? fetch(stored, name, bucket) : this.copy(stored);
          rows.push({ name, bucket, resolution, data });
        }
      }
    }
    return rows;
  }

  private copy(stored: StoredData): unknown {
    const { dataType } = this.schema;
    return dataType.is<StoredValue>(stored) ? dataType.add(dataType.empty<StoredValue>(), stored) : stored;
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const names: string[] = [];
    for (const name of this.namespace.names.keys()) {
      if ((await this.bounds([name], retention)).length > 0) names.push(name);
    }
    return names;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    const bounds: BucketBounds[] = [];
    for (const [interval, oldest] of retention) {
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const name of names) {
        for (const bucket of this.namespace.names.get(name)?.get(interval)?.keys() ?? []) {
          if (oldest !== null && bucket < oldest) continue;
          first = Math.min(first, bucket);
          last = Math.max(last, bucket);
        }
      }
      if (first <= last) bounds.push({ interval, first, last });
    }
    return bounds;
  }

  async delete(name: string): Promise<void> {
    this.namespace.names.delete(name);
  }

  async deleteAll(): Promise<void> {
    this.namespace.names.clear();
    this.namespace.record = null;
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    for (const [each, intervals] of this.namespace.names) {
      if (name !== undefined && each !== name) continue;
      for (const [interval, oldest] of retention) {
        const buckets = intervals.get(interval);
        for (const bucket of buckets?.keys() ?? [])
          if (oldest !== null && bucket < oldest) buckets?.delete(bucket);
      }
    }
  }

  async readRecord(): Promise<string | null> {
    return this.namespace.record;
  }

  async writeRecord(text: string, expected: string | null): Promise<boolean> {
    if (this.namespace.record !== expected) return false;
    this.namespace.record = text;
    return true;
  }

  async close(): Promise<void> {}
}

function child<K, L, V>(parent: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = parent.get(key) ?? new Map<L, V>();
  parent.set(key, found);
  return found;
}
