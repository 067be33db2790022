import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  type OpenRequest,
  overflows,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredData,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  textOption,
  type WriteFailure,
} from '@kairos/core';
import { type MemoryNamespace, MemoryStore } from './memory-store.js';

/** One timeseries in a `MemoryStore`: the whole contract, in the simplest way. */
export class MemoryAdapter<T extends TimeseriesType = TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities = {
    expiry: 'manual',
    atomicEvents: true,
    fractionalCounts: true,
    nul: true,
    shared: false,
  };
  protected readonly type: T;
  protected readonly schema: Schema<T>;
  protected readonly store: MemoryStore;
  protected readonly namespaceName: string;
  protected readonly namespace: MemoryNamespace;

  constructor({ source, type, schema, options }: OpenRequest<T>) {
    this.type = type;
    this.schema = schema;
    this.store =
      'handle' in source && source.handle instanceof MemoryStore ? source.handle : new MemoryStore();
    this.namespaceName = textOption('namespace', options.namespace, '');
    this.namespace = this.store.namespace(this.namespaceName, type);
  }

  encode(value: unknown): StoredValue {
    return this.type === 'count' ? storeAmount(value) : storeScalar(value);
  }

  /** Stores the buckets of one name together; if one is refused, stores none of them. */
  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    this.store.roundTrips++;
    return this.store.carry(() => this.writeNow(writes));
  }

  protected writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
    const failures: WriteFailure<T>[] = [];
    const refused = new Set(writes.filter((write) => this.refuses(write)).map(({ name }) => name));
    for (const write of writes) {
      if (refused.has(write.name)) failures.push(failureOf(write));
      else this.apply(write);
    }
    return failures;
  }

  protected refuses(write: BucketWrite<T>): boolean {
    if (this.overflows(write)) return true;
    return this.store.refuses({ ...write, namespace: this.namespaceName, type: this.type });
  }

  protected overflows({ name, interval, bucket, resolution, data }: BucketWrite<T>): boolean {
    if (this.type !== 'count' && this.type !== 'histogram') return false;
    const stored = this.namespace.names.get(name)?.get(interval)?.get(bucket)?.get(resolution);
    return overflows(this.schema.dataType.add(this.copy(stored), data));
  }

  protected apply({ name, interval, bucket, resolution, data }: BucketWrite<T>): void {
    const resolutions = child(child(child(this.namespace.names, name), interval), bucket);
    const { dataType } = this.schema;
    resolutions.set(resolution, dataType.add(this.copy(resolutions.get(resolution)), data));
  }

  /** A copy of a bucket's data. */
  protected copy(stored: StoredData | undefined): StoredData<T> {
    const { dataType } = this.schema;
    const data = dataType.is<StoredValue>(stored) ? stored : dataType.empty<StoredValue>();
    return dataType.map(data, (value) => value);
  }

  async read(
    { names, interval, first, last }: BucketQuery,
    fetch?: CustomFunction,
  ): Promise<Iterable<BucketRow>> {
    this.store.roundTrips++;
    const rows: BucketRow[] = [];
    for (const name of names) {
      for (const [bucket, resolutions] of this.namespace.names.get(name)?.get(interval) ?? []) {
        if (bucket < first || bucket > last) continue;
        for (const [resolution, stored] of resolutions) {
          const copy = this.copy(stored);
          rows.push({
            name,
            bucket,
            resolution,
            data: fetch === undefined ? copy : fetch(copy, name, bucket),
          });
        }
      }
    }
    return rows;
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const names: string[] = [];
    for (const name of this.namespace.names.keys()) {
      if (this.boundsOf([name], retention).length > 0) names.push(name);
    }
    return names;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    return this.boundsOf(names, retention);
  }

  protected boundsOf(names: readonly string[], retention: Retention): BucketBounds[] {
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
        for (const bucket of buckets?.keys() ?? []) {
          if (oldest !== null && bucket < oldest) buckets?.delete(bucket);
        }
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

/** Reports a write that the store refused. */
export function failureOf<T extends TimeseriesType>(write: BucketWrite<T>): WriteFailure<T> {
  return { write, fate: 'failed', error: new Error(`The store refuses "${write.name}"`) };
}

function child<K, L, V>(parent: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = parent.get(key) ?? new Map<L, V>();
  parent.set(key, found);
  return found;
}
