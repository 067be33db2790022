import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BucketKey,
  BucketQuery,
  BucketRow,
  BucketWrite,
  Capabilities,
  CustomFunction,
  OpenRequest,
  Retention,
  StoredData,
  StoredValue,
  TimeseriesType,
  WriteFailure,
} from '@kairos/core';
import { concurrencyRule } from '../../rules/concurrency.js';
import { retentionRule } from '../../rules/retention.js';
import { roundTripsRule } from '../../rules/round-trips.js';
import { writesRule } from '../../rules/writes.js';
import { FrugalAdapter } from '../frugal-adapter.js';
import { failureOf, MemoryAdapter } from '../memory-adapter.js';
import type { MemoryNamespace } from '../memory-store.js';
import { changesQueries, entersNamesOnce, type Mutant, mutantsOf } from './mutant.js';

/** A retention that never expires anything. */
function endless(retention: Retention): Retention {
  return new Map([...retention.keys()].map((interval) => [interval, null]));
}

function shifted(retention: Retention, buckets: number): Retention {
  return new Map(
    [...retention].map(([interval, oldest]) => [interval, oldest === null ? null : oldest + buckets]),
  );
}

/** Mutants that keep data too long, or too briefly. */
export const retentionMutants: readonly Mutant[] = [
  ...mutantsOf(retentionRule, {
    'returns expired data': changesQueries((query) => ({ ...query, first: Number.NEGATIVE_INFINITY })),
    'lists names whose data is all expired': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override list(retention: Retention) {
        return super.list(endless(retention));
      }
    },
    'lists only names with data in every interval': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async list(retention: Retention) {
        const names = [...(await super.list(retention))];
        return names.filter((name) => this.boundsOf([name], retention).length === retention.size);
      }
    },
    'includes expired data in the properties': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override bounds(names: readonly string[], retention: Retention) {
        return super.bounds(names, endless(retention));
      }
    },
    'expires one bucket too few': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override expire(name: string | undefined, retention: Retention) {
        return super.expire(name, shifted(retention, -1));
      }
    },
    'expires one bucket too many': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override expire(name: string | undefined, retention: Retention) {
        return super.expire(name, shifted(retention, 1));
      }
    },
    'expires nothing': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async expire(): Promise<void> {}
    },
    'expires every name instead of the given one': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override expire(_: string | undefined, retention: Retention) {
        return super.expire(undefined, retention);
      }
    },
    'expires other names with the same beginning': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async expire(name: string | undefined, retention: Retention) {
        for (const each of this.namespace.names.keys()) {
          if (each.startsWith(name ?? '')) await super.expire(each, retention);
        }
      }
    },
    'expires only the first interval': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override expire(name: string | undefined, retention: Retention) {
        return super.expire(name, new Map([...retention].slice(0, 1)));
      }
    },
    'expires at most 1,000 buckets': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async expire(name: string | undefined, retention: Retention) {
        for (const [each, intervals] of this.namespace.names) {
          if (name !== undefined && name !== each) continue;
          for (const [interval, oldest] of retention) {
            const buckets = [...(intervals.get(interval)?.keys() ?? [])];
            const expired = buckets.filter((bucket) => oldest !== null && bucket < oldest);
            for (const bucket of expired.slice(0, 1000)) intervals.get(interval)?.delete(bucket);
          }
        }
      }
    },
    'expires the intervals of other configurations': class<
      T extends TimeseriesType,
    > extends MemoryAdapter<T> {
      override async expire(name: string | undefined, retention: Retention) {
        await super.expire(name, retention);
        for (const [each, intervals] of this.namespace.names) {
          if (name !== undefined && name !== each) continue;
          for (const interval of intervals.keys()) if (!retention.has(interval)) intervals.delete(interval);
        }
      }
    },
    'never lists a name again that another expired': entersNamesOnce,
    'deletes whole names with any expired data': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async expire(name: string | undefined, retention: Retention) {
        for (const [each, intervals] of this.namespace.names) {
          if (name !== undefined && name !== each) continue;
          const old = [...retention].some(([interval, oldest]) =>
            [...(intervals.get(interval)?.keys() ?? [])].some((bucket) => oldest !== null && bucket < oldest),
          );
          if (old) await super.delete(each);
        }
      }
    },
  }),
  ...mutantsOf(
    retentionRule,
    {
      'reads the expiry of a bucket as milliseconds': class<
        T extends TimeseriesType,
      > extends FrugalAdapter<T> {
        protected override apply(write: BucketWrite<T>): void {
          super.apply({ ...write, expiresAt: write.expiresAt === null ? null : write.expiresAt / 1000 });
        }
      },
      'loses data with a retention beyond 20 years': class<
        T extends TimeseriesType,
      > extends FrugalAdapter<T> {
        protected override apply(write: BucketWrite<T>): void {
          const years = ((write.expiresAt ?? 0) - Date.now() / 1000) / (365 * 86_400);
          super.apply({ ...write, expiresAt: years > 20 ? 0 : write.expiresAt });
        }
      },
      'offers expire over a store that expires natively': class<
        T extends TimeseriesType,
      > extends FrugalAdapter<T> {
        override readonly capabilities: Capabilities = {
          expiry: 'manual',
          atomicEvents: false,
          fractionalCounts: false,
          nul: false,
          shared: false,
        };
        override async expire(): Promise<void> {}
      },
    },
    { typed: true },
  ),
];

/** Mutants that acknowledge writes that they did not store. */
export const writesMutants: readonly Mutant[] = mutantsOf(writesRule, {
  'acknowledges without storing the last bucket': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override write(writes: readonly BucketWrite<T>[]) {
      return super.write(writes.slice(0, -1));
    }
  },
  'acknowledges before it stores': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      setTimeout(() => {
        for (const write of writes) this.apply(write);
      }, 2);
      return [];
    }
  },
  'keeps only the last write of a bucket': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override copy(stored: StoredData | undefined): StoredData<T> {
      return this.isWriting ? super.copy(undefined) : super.copy(stored);
    }

    protected override apply(write: BucketWrite<T>): void {
      this.isWriting = true;
      super.apply(write);
      this.isWriting = false;
    }

    private isWriting = false;
  },
  'puts new values of a series first': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows = [...(await super.read(query, fetch))];
      for (const { data } of rows) if (Array.isArray(data)) data.reverse();
      return rows;
    }
  },
  'keeps the greatest reading of a gauge': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      const { name, interval, bucket, resolution, data } = write;
      const stored = this.namespace.names.get(name)?.get(interval)?.get(bucket)?.get(resolution);
      const isLess = typeof stored === 'number' && typeof data === 'number' && data < stored;
      if (this.type !== 'gauge' || !isLess) super.apply(write);
    }
  },
  'changes data that it has returned': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override copy(stored: StoredData | undefined): StoredData<T> {
      return this.schema.dataType.is<StoredValue>(stored) ? stored : super.copy(stored);
    }
  },
  'changes the data of its caller': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      super.apply(write);
      if (Array.isArray(write.data)) write.data.push(0);
    }
  },
  'lets sums of counts overflow': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override overflows(write: BucketWrite<T>): boolean {
      return this.type === 'count' ? false : super.overflows(write);
    }
  },
  'lets the counts of a histogram overflow': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override overflows(write: BucketWrite<T>): boolean {
      return this.type === 'histogram' ? false : super.overflows(write);
    }
  },
  'reports the fate of overflowing sums as unknown': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const lost = new Set(writes.filter((write) => this.overflows(write)));
      const failures = await super.write(writes);
      return failures.map((failure) => (lost.has(failure.write) ? { ...failure, fate: 'unknown' } : failure));
    }
  },
  'stores the largest number instead of an overflowing sum': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override overflows(): boolean {
      return false;
    }

    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows = [...(await super.read(query, fetch))];
      return rows.map((row) => (row.data === Infinity ? { ...row, data: Number.MAX_VALUE } : row));
    }
  },
  'stores the other intervals of an event that overflows in one': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures: WriteFailure<T>[] = [];
      for (const write of writes) failures.push(...(await super.write([write])));
      return failures;
    }
  },
  'reports refused writes as stored': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      await super.write(writes);
      return [];
    }
  },
  'reports stored writes as failed': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures = await super.write(writes);
      return failures.length === 0 ? [] : writes.map(failureOf);
    }
  },
  'stores part of an event that it declares atomic': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures: WriteFailure<T>[] = [];
      for (const write of writes) {
        if (this.refuses(write)) failures.push(failureOf(write));
        else this.apply(write);
      }
      return failures;
    }
  },
  'stores part of an event that it declares atomic, if it writes several names': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      if (new Set(writes.map(({ name }) => name)).size === 1) return super.write(writes);
      const failures: WriteFailure<T>[] = [];
      for (const write of writes) failures.push(...(await super.write([write])));
      return failures;
    }
  },
  'declares events atomic, but stores 50 buckets at a time': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures: WriteFailure<T>[] = [];
      for (let start = 0; start < writes.length; start += 50) {
        failures.push(...(await super.write(writes.slice(start, start + 50))));
      }
      return failures;
    }
  },
  'reports no fates if one write was refused': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures = await super.write(writes);
      for (const { error } of failures) throw error;
      return failures;
    }
  },
  'reports refused writes of histograms and sets as stored': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures = await super.write(writes);
      return this.type === 'histogram' || this.type === 'set' ? [] : failures;
    }
  },
  "drops its driver's error": class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      return (await super.write(writes)).map(({ write, fate }) => ({ write, fate, error: undefined }));
    }
  },
});

/** Mutants that need too many round trips. */
export const roundTripsMutants: readonly Mutant[] = mutantsOf(roundTripsRule, {
  'writes each bucket by itself': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      for (const write of writes) await super.write([write]);
      return [];
    }
  },
  'reads each name by itself': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows: BucketRow[] = [];
      for (const name of query.names) rows.push(...(await super.read({ ...query, names: [name] }, fetch)));
      return rows;
    }
  },
  'reads a thousand buckets at a time': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows: BucketRow[] = [];
      for (let first = query.first; first <= query.last; first += 1000) {
        const last = Math.min(query.last, first + 999);
        rows.push(...(await super.read({ ...query, first, last }, fetch)));
      }
      return rows;
    }
  },
});

/** Waits as a driver waits for its server, so that other calls run in between. */
const turn = () => sleep(Math.random() * 2);

/** Mutants that work as long as there is a single writer. */
export const concurrencyMutants: readonly Mutant[] = mutantsOf(concurrencyRule, {
  'reads, waits and writes': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const before = writes.map((write) => [write, this.copy(this.at(write))] as const);
      await turn();
      for (const [write, data] of before) {
        this.apply(write);
        const { name, interval, bucket, resolution } = write;
        const resolutions = this.namespace.names.get(name)?.get(interval)?.get(bucket);
        resolutions?.set(resolution, this.schema.dataType.add(data, write.data));
      }
      return [];
    }

    private at({ name, interval, bucket, resolution }: BucketKey): StoredData | undefined {
      return this.namespace.names.get(name)?.get(interval)?.get(bucket)?.get(resolution);
    }
  },
  'lets the first writers of a name overwrite one another': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const missing = new Set(
        writes.map(({ name }) => name).filter((name) => !this.namespace.names.has(name)),
      );
      if (missing.size > 0) await turn();
      for (const name of missing) this.namespace.names.delete(name);
      return super.write(writes);
    }
  },
  'refuses a write during another': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      if (busy.has(this.namespace)) throw new Error('deadlock detected');
      busy.add(this.namespace);
      await turn();
      busy.delete(this.namespace);
      return super.write(writes);
    }
  },
  'stores the writes of one caller in any order': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      this.waiting.push(...writes);
      if (this.waiting.length > 4) this.flush();
      else setTimeout(() => this.flush(), 5);
      return [];
    }

    private readonly waiting: BucketWrite<T>[] = [];

    private flush(): void {
      for (const write of this.waiting.splice(0).reverse()) this.apply(write);
    }
  },
  'reads everything, waits, and writes the rest back on delete': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      await writeBack(this.namespace);
      await super.delete(name);
    }
  },
  'reads everything, waits, and writes the rest back on expire': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async expire(name: string | undefined, retention: Retention): Promise<void> {
      await writeBack(this.namespace);
      await super.expire(name, retention);
    }
  },
  'compares the record, waits and writes it': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async writeRecord(text: string, expected: string | null): Promise<boolean> {
      if (this.namespace.record !== expected) return false;
      await turn();
      this.namespace.record = text;
      return true;
    }
  },
  'writes the record whatever was expected': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async writeRecord(text: string): Promise<boolean> {
      await turn();
      this.namespace.record = text;
      return true;
    }
  },
  'creates the namespace again on every opening': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(request);
      this.namespace.names.clear();
      this.namespace.record = null;
    }
  },
});

/** Overwrites a namespace's data with its state of a turn before. */
async function writeBack({ names }: MemoryNamespace): Promise<void> {
  const before = structuredClone(names);
  await turn();
  names.clear();
  for (const [name, intervals] of before) names.set(name, intervals);
}

/** The namespaces with a write in progress. */
const busy = new WeakSet<object>();
