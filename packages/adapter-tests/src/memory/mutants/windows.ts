import type {
  BucketBounds,
  BucketQuery,
  BucketRow,
  BucketWrite,
  Retention,
  TimeseriesType,
} from '@kairos/core';
import { windowsRule } from '../../rules/windows.js';
import { MemoryAdapter } from '../memory-adapter.js';
import type { MemoryNamespace } from '../memory-store.js';
import { changesQueries, changesRows, entersNamesOnce, type Mutant, mutantsOf } from './mutant.js';

const SIZE = 32;

/** Moves the oldest buckets to the edges of their windows. */
function moved(retention: Retention, round: (windows: number) => number): Retention {
  return new Map(
    [...retention].map(([interval, oldest]) => [
      interval,
      oldest === null ? null : round(oldest / SIZE) * SIZE,
    ]),
  );
}

/** Every bucket ever written, by namespace, and by name and interval. */
const written = new WeakMap<MemoryNamespace, Map<string, Map<string, Set<number>>>>();

/** Mutants that get the edges of windows wrong, or rely on stale entries in the list of names. */
export const windowsMutants: readonly Mutant[] = mutantsOf(windowsRule, {
  'leaves out the last bucket of a window': changesRows((row) =>
    row.bucket % SIZE === SIZE - 1 ? undefined : row,
  ),
  'reads only the last window of a range that ends at the first bucket of a window': changesQueries(
    (query) => (query.last % SIZE === 0 ? { ...query, first: query.last } : query),
  ),
  'confuses the last window before 1970 with the first one after': changesRows((row) =>
    row.bucket < 0 && row.bucket > -SIZE ? undefined : row,
  ),
  'lists everything in the window where the retention ends': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override list(retention: Retention): Promise<Iterable<string>> {
      return super.list(moved(retention, Math.floor));
    }
  },
  'lists nothing in the window where the retention ends': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override list(retention: Retention): Promise<Iterable<string>> {
      return super.list(moved(retention, Math.ceil));
    }
  },
  'returns the bounds of whole windows': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
      return super.bounds(names, moved(retention, Math.floor));
    }
  },
  'expires whole windows': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override expire(name: string | undefined, retention: Retention): Promise<void> {
      return super.expire(name, moved(retention, Math.ceil));
    }
  },
  'keeps a resolution in the bucket of its first write': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    private readonly first = new Map<string, number>();

    protected override apply(write: BucketWrite<T>): void {
      const key = JSON.stringify([write.name, write.interval, write.resolution]);
      const bucket = this.first.get(key) ?? write.bucket;
      if (write.resolution !== 0) this.first.set(key, bucket);
      super.apply({ ...write, bucket });
    }
  },
  'reads the first 128 buckets': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery): Promise<Iterable<BucketRow>> {
      const rows = [...(await super.read(query))].sort((a, b) => a.bucket - b.bucket);
      return rows.slice(0, 128);
    }
  },
  'reverses the windows of a series': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery): Promise<Iterable<BucketRow>> {
      const rows = [...(await super.read(query))];
      return rows.map((row) => (Array.isArray(row.data) ? { ...row, data: row.data.reverse() } : row));
    }
  },
  'deletes only the newest window of a name': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      for (const buckets of this.namespace.names.get(name)?.values() ?? []) {
        const last = Math.max(...buckets.keys());
        for (const bucket of buckets.keys()) if (bucket > last - SIZE) buckets.delete(bucket);
      }
    }
  },
  'never lists a name again that another removed': entersNamesOnce,
  'lists every name written, even if its data is gone': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      super.apply(write);
      const names = written.get(this.namespace) ?? new Map<string, Map<string, Set<number>>>();
      written.set(this.namespace, names);
      const intervals = names.get(write.name) ?? new Map<string, Set<number>>();
      names.set(write.name, intervals);
      intervals.set(write.interval, (intervals.get(write.interval) ?? new Set()).add(write.bucket));
    }

    override async list(retention: Retention): Promise<Iterable<string>> {
      const isKept = (interval: string, bucket: number) => {
        const oldest = retention.get(interval);
        return oldest === null || (oldest !== undefined && bucket >= oldest);
      };
      const names = [...(written.get(this.namespace) ?? [])].filter(([, intervals]) =>
        [...intervals].some(([interval, buckets]) => [...buckets].some((bucket) => isKept(interval, bucket))),
      );
      return names.map(([name]) => name);
    }

    override async delete(name: string): Promise<void> {
      await super.delete(name);
      written.get(this.namespace)?.delete(name);
    }

    override async deleteAll(): Promise<void> {
      await super.deleteAll();
      written.delete(this.namespace);
    }
  },
});
