import type {
  BucketBounds,
  BucketQuery,
  BucketRow,
  BucketWrite,
  CustomFunction,
  Retention,
  StoredValue,
  TimeseriesType,
} from '@kairos/core';
import type { Rule } from '../../rule.js';
import { MemoryAdapter } from '../memory-adapter.js';
import type { MemoryAdapterClass } from '../memory-backend.js';
import type { MemoryNamespace } from '../memory-store.js';

/** A way to break a rule. The tests of that rule must catch it. */
export interface Mutant {
  readonly rule: Rule;
  /** Completes the sentence "an adapter that …". */
  readonly fault: string;
  readonly adapter: MemoryAdapterClass;
  /** Whether it extends the frugal adapter, whose values have one type. */
  readonly typed: boolean;
}

/** The mutants of one rule by their fault. */
export function mutantsOf(
  rule: Rule,
  adapters: { readonly [fault: string]: MemoryAdapterClass },
  { typed = false } = {},
): Mutant[] {
  return Object.entries(adapters).map(([fault, adapter]) => ({ rule, fault, adapter, typed }));
}

/** An adapter that changes every row on its way out. */
export function changesRows(
  change: (row: BucketRow, type: TimeseriesType) => BucketRow | undefined,
): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows = [...(await super.read(query, fetch))].map((row) => change(row, this.type));
      return rows.filter((row) => row !== undefined);
    }
  };
}

/** An adapter that changes every query before it answers. */
export function changesQueries(change: (query: BucketQuery) => BucketQuery): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      return super.read(change(query), fetch);
    }
  };
}

/** An adapter that changes, or leaves out, every write before it stores it. */
export function changesWrites(
  change: (write: BucketWrite) => Pick<BucketWrite, 'bucket' | 'resolution'> | undefined,
): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      const changed = change(write);
      if (changed !== undefined) super.apply({ ...write, ...changed });
    }
  };
}

/** An adapter that keeps values in another form. */
export function encodesAs(
  encode: (value: StoredValue, type: TimeseriesType) => StoredValue,
): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override encode(value: unknown): StoredValue {
      return encode(super.encode(value), this.type);
    }
  };
}

/** An adapter that keeps each name under a key, which another name may share. */
export function keepsNamesAs(keyOf: (name: string) => string): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      super.apply({ ...write, name: keyOf(write.name) });
    }

    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const rows: BucketRow[] = [];
      for (const name of query.names) {
        for (const row of await super.read({ ...query, names: [keyOf(name)] }, fetch))
          rows.push({ ...row, name });
      }
      return rows;
    }

    override bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
      return super.bounds(names.map(keyOf), retention);
    }

    override delete(name: string): Promise<void> {
      return super.delete(keyOf(name));
    }
  };
}

/** The listed names of each namespace. */
const entries = new WeakMap<MemoryNamespace, Set<string>>();

/** An adapter that lists each name only once, even after another opening removed it from the list. */
export const entersNamesOnce: MemoryAdapterClass = class<T extends TimeseriesType> extends MemoryAdapter<T> {
  private readonly entered = new Set<string>();

  protected override apply(write: BucketWrite<T>): void {
    super.apply(write);
    if (!this.entered.has(write.name)) this.listed().add(write.name);
    this.entered.add(write.name);
  }

  override async list(retention: Retention): Promise<Iterable<string>> {
    return [...(await super.list(retention))].filter((name) => this.listed().has(name));
  }

  override async delete(name: string): Promise<void> {
    await super.delete(name);
    this.takeOut(name);
  }

  override async deleteAll(): Promise<void> {
    await super.deleteAll();
    for (const name of [...this.listed()]) this.takeOut(name);
  }

  override async expire(name: string | undefined, retention: Retention): Promise<void> {
    await super.expire(name, retention);
    for (const [each, intervals] of this.namespace.names) {
      if ([...intervals.values()].every((buckets) => buckets.size === 0)) this.takeOut(each);
    }
  }

  private takeOut(name: string): void {
    this.listed().delete(name);
    this.entered.delete(name);
  }

  private listed(): Set<string> {
    const listed = entries.get(this.namespace) ?? new Set<string>();
    entries.set(this.namespace, listed);
    return listed;
  }
};
