import {
  type BucketBounds,
  type BucketWrite,
  isMap,
  type OpenRequest,
  type Retention,
  type StoredValue,
  type TimeseriesType,
} from '@kairos/core';
import { closingRule } from '../../rules/closing.js';
import { hostileRule } from '../../rules/hostile.js';
import { namesRule } from '../../rules/names.js';
import { namespacesRule } from '../../rules/namespaces.js';
import { readsRule } from '../../rules/reads.js';
import { recordRule } from '../../rules/record.js';
import { recordedRule } from '../../rules/recorded.js';
import { referenceRule } from '../../rules/reference.js';
import { refusalsRule } from '../../rules/refusals.js';
import { FrugalAdapter } from '../frugal-adapter.js';
import { MemoryAdapter } from '../memory-adapter.js';
import type { MemoryAdapterClass } from '../memory-backend.js';
import {
  changesQueries,
  changesRows,
  changesWrites,
  encodesAs,
  entersNamesOnce,
  keepsNamesAs,
  type Mutant,
  mutantsOf,
} from './mutant.js';

/** An adapter that misses some of the names that begin with a prefix. */
function listsPrefixes(finds: (name: string, prefix: string) => boolean): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async list(retention: Retention, prefix?: string) {
      const names = [...(await super.list(retention))];
      return prefix === undefined ? names : names.filter((name) => finds(name, prefix));
    }
  };
}

/** Mutants that confuse names, or miss some. */
export const namesMutants: readonly Mutant[] = mutantsOf(namesRule, {
  'deletes other names with the same beginning': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      for (const each of this.namespace.names.keys()) if (each.startsWith(name)) await super.delete(each);
    }
  },
  'deletes names that differ in case': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      for (const each of this.namespace.names.keys()) {
        if (each.toLowerCase() === name.toLowerCase()) await super.delete(each);
      }
    }
  },
  'deletes only the intervals of its own configuration': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      const intervals = this.namespace.names.get(name);
      for (const interval of this.schema.intervals.keys()) intervals?.delete(interval);
    }
  },
  'lists deleted names': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async list(retention: Retention) {
      for (const name of await super.list(retention)) this.listed.add(name);
      return this.listed;
    }

    private readonly listed = new Set<string>();
  },
  'misses names that continue a prefix with the highest code unit': listsPrefixes(
    (name, prefix) => name < `${prefix}\uffff`,
  ),
  'misses long names by their prefix': listsPrefixes((name) => name.length < 1000),
  'misses the name that equals the prefix': listsPrefixes((name, prefix) => name !== prefix),
  'lists a name once for each interval': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async list(retention: Retention) {
      const names = [...(await super.list(retention))];
      return names.flatMap((name) => this.boundsOf([name], retention).map(() => name));
    }
  },
  "lists names that only other configurations' intervals have": class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async list() {
      return this.namespace.names.keys();
    }
  },
  'lists the first 1,000 names': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async list(retention: Retention) {
      return [...(await super.list(retention))].slice(0, 1000);
    }
  },
  'reports the most recently written bucket as the last': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override boundsOf(names: readonly string[], retention: Retention): BucketBounds[] {
      return super.boundsOf(names, retention).map((bounds) => {
        const buckets = names.flatMap((name) => [
          ...(this.namespace.names.get(name)?.get(bounds.interval)?.keys() ?? []),
        ]);
        return { ...bounds, last: buckets.at(-1) ?? bounds.last };
      });
    }
  },
  'bounds only the first of several names': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override boundsOf(names: readonly string[], retention: Retention): BucketBounds[] {
      return super.boundsOf(names.slice(0, 1), retention);
    }
  },
  'deletes only the first 3 names': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async deleteAll(): Promise<void> {
      for (const name of [...this.namespace.names.keys()].slice(0, 3)) await super.delete(name);
      this.namespace.record = null;
    }
  },
  'deletes only the first 1,000 names': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async deleteAll(): Promise<void> {
      for (const name of [...this.namespace.names.keys()].slice(0, 1000)) await super.delete(name);
      this.namespace.record = null;
    }
  },
  'deletes only the first 1,000 buckets of an interval': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      for (const buckets of this.namespace.names.get(name)?.values() ?? []) {
        for (const bucket of [...buckets.keys()].slice(0, 1000)) buckets.delete(bucket);
      }
    }
  },
  'bounds only the first 1,000 buckets': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override boundsOf(names: readonly string[], retention: Retention): BucketBounds[] {
      return super.boundsOf(names, retention).map((bounds) => {
        const buckets = names.flatMap((name) => [
          ...(this.namespace.names.get(name)?.get(bounds.interval)?.keys() ?? []),
        ]);
        const known = buckets.sort((a, b) => a - b).slice(0, 1000);
        return { ...bounds, last: known.at(-1) ?? bounds.last };
      });
    }
  },
  'never lists a name again that another deleted': entersNamesOnce,
  'never writes a name again that another deleted': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      const isDeleted = this.known.has(write.name) && !this.namespace.names.has(write.name);
      if (!isDeleted) super.apply(write);
      this.known.add(write.name);
    }

    override async delete(name: string): Promise<void> {
      await super.delete(name);
      this.known.delete(name);
    }

    override async deleteAll(): Promise<void> {
      await super.deleteAll();
      this.known.clear();
    }

    private readonly known = new Set<string>();
  },
});

/** Mutants that confuse two names or two values, or change one. */
export const hostileMutants: readonly Mutant[] = [
  ...mutantsOf(hostileRule, {
    'confuses names that differ in case': keepsNamesAs((name) => name.toLowerCase()),
    'confuses names that differ in trailing spaces': keepsNamesAs((name) => name.trimEnd()),
    'confuses names that differ in the encoding of accents': keepsNamesAs((name) => name.normalize('NFC')),
    'keeps 255 characters of a name': keepsNamesAs((name) => name.slice(0, 255)),
    'cuts names at NUL': keepsNamesAs((name) => name.split('\0')[0] ?? ''),
    'replaces non-ASCII characters in names': keepsNamesAs((name) => name.replaceAll(/[^\0-\x7f]/g, '?')),
    'decodes percent escapes in names': keepsNamesAs((name) =>
      name.replaceAll(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
    ),
    'replaces dots in names': keepsNamesAs((name) => name.replaceAll('.', '\uffff')),
    'loses names of inherited properties': changesRows((row) => (row.name === '__proto__' ? undefined : row)),
    'deletes by pattern': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      override async delete(name: string): Promise<void> {
        const pattern = name
          .replaceAll(/[^*?%_]/gu, '\\$&')
          .replaceAll(/[*%]/g, '.*')
          .replaceAll(/[?_]/g, '.');
        const wildcard = /[*?%_]/.test(name);
        for (const each of wildcard ? this.namespace.names.keys() : [name]) {
          if (!wildcard || matches(pattern, each)) await super.delete(each);
        }
      }
    },
    'confuses values that differ in case': encodesAs((value) =>
      typeof value === 'string' ? value.toLowerCase() : value,
    ),
    'keeps 1,000 characters of a value': encodesAs((value) =>
      typeof value === 'string' ? value.slice(0, 1000) : value,
    ),
    'replaces dots in values': encodesAs((value) =>
      typeof value === 'string' ? value.replaceAll('.', '\uffff') : value,
    ),
    'cuts values at NUL': encodesAs((value) =>
      typeof value === 'string' ? (value.split('\0')[0] ?? '') : value,
    ),
    'treats the empty string as no value': changesRows((row) => (row.data === '' ? undefined : row)),
  }),
  ...mutantsOf(
    hostileRule,
    {
      'cuts values at NUL, which it declares it cannot hold': class<
        T extends TimeseriesType,
      > extends FrugalAdapter<T> {
        override encode(value: unknown): StoredValue {
          return super.encode(typeof value === 'string' ? value.split('\0')[0] : value);
        }
      },
    },
    { typed: true },
  ),
];

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^${pattern}$`, 'su').test(name);
  } catch {
    return false;
  }
}

/** Redirects a request to another namespace. */
function elsewhere<T extends TimeseriesType>(request: OpenRequest<T>, namespace: string): OpenRequest<T> {
  return { ...request, options: { ...request.options, namespace } };
}

/** Mutants in which one timeseries reaches into another. */
export const namespacesMutants: readonly Mutant[] = mutantsOf(namespacesRule, {
  'has a single namespace': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(elsewhere(request, ''));
    }
  },
  'confuses namespaces that differ in case': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(elsewhere(request, String(request.options.namespace).toLowerCase()));
    }
  },
  'confuses namespaces that begin alike': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(elsewhere(request, String(request.options.namespace).slice(0, 11)));
    }
  },
  'opens a new namespace each time': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(elsewhere(request, String(Math.random())));
    }
  },
  'deletes the names of every type': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      for (const namespace of this.ofAllTypes()) namespace.names.delete(name);
    }

    override async deleteAll(): Promise<void> {
      for (const { names } of this.ofAllTypes()) names.clear();
      this.namespace.record = null;
    }

    private ofAllTypes() {
      const types = ['series', 'histogram', 'count', 'gauge', 'set'] as const;
      return types.map((type) => this.store.namespace(this.namespaceName, type));
    }
  },
  'deletes the records of every type': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async deleteAll(): Promise<void> {
      await super.deleteAll();
      for (const type of ['count', 'set'] as const) {
        this.store.namespace(this.namespaceName, type).record = null;
      }
    }
  },
  'deletes the neighbour whose name continues with an underscore': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async deleteAll(): Promise<void> {
      await super.deleteAll();
      this.store.namespace(`${this.namespaceName}_a`, this.type).names.clear();
    }
  },
});

/** Mutants that accept input that they should refuse. */
export const refusalsMutants: readonly Mutant[] = mutantsOf(refusalsRule, {
  'accepts any value': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override encode(value: unknown): StoredValue {
      return typeof value === 'number' || typeof value === 'string' ? value : String(value);
    }
  },
  'counts anything but a number as 0': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override encode(value: unknown): StoredValue {
      return super.encode(this.type === 'count' && !Number.isFinite(value) ? 0 : value);
    }
  },
  'accepts halves of surrogate pairs': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override encode(value: unknown): StoredValue {
      return super.encode(typeof value === 'string' ? value.toWellFormed() : value);
    }
  },
  'accepts any namespace': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    constructor(request: OpenRequest<T>) {
      super(elsewhere(request, String(request.options.namespace)));
    }
  },
  'throws errors without a code': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override encode(value: unknown): StoredValue {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is not finite`);
      return super.encode(value);
    }
  },
});

/** Mutants that lose the record of the intervals, or overwrite it. */
export const recordMutants: readonly Mutant[] = mutantsOf(recordRule, {
  'keeps no record': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async readRecord(): Promise<string | null> {
      return null;
    }

    override async writeRecord(): Promise<boolean> {
      return true;
    }
  },
  'keeps the first record': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async writeRecord(text: string, expected: string | null): Promise<boolean> {
      return expected === null ? super.writeRecord(text, expected) : true;
    }
  },
  'creates a record when core looks for one': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    private readonly lookedUp: boolean;

    constructor(request: OpenRequest<T>) {
      super(request);
      this.lookedUp = request.mustExist;
    }

    override async readRecord(): Promise<string | null> {
      const record = await super.readRecord();
      if (this.lookedUp) this.namespace.record ??= '[["minute",60,null,"UTC",null]]';
      return record;
    }
  },
  'overwrites an unexpected record': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async writeRecord(text: string): Promise<boolean> {
      this.namespace.record = text;
      return true;
    }
  },
  'keeps the record on deleteAll': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async deleteAll(): Promise<void> {
      this.namespace.names.clear();
    }
  },
  'loses the record with the last name': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(name: string): Promise<void> {
      await super.delete(name);
      if (this.namespace.names.size === 0) this.namespace.record = null;
    }
  },
  'lists the record as a name': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async list(retention: Retention) {
      const names = [...(await super.list(retention))];
      return this.namespace.record === null ? names : [...names, 'record'];
    }
  },
  'keeps 1,000 characters of the record': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override writeRecord(text: string, expected: string | null): Promise<boolean> {
      return super.writeRecord(text.slice(0, 1000), expected?.slice(0, 1000) ?? null);
    }
  },
});

/** Mutants that close too much, or too early. */
export const closingMutants: readonly Mutant[] = mutantsOf(closingRule, {
  'deletes its data on close': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override close(): Promise<void> {
      return this.deleteAll();
    }
  },
  'closes the source that others use': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]) {
      if (closedStores.has(this.store)) throw new Error('The client is closed');
      return super.write(writes);
    }

    override async close(): Promise<void> {
      closedStores.add(this.store);
    }
  },
  'loses acknowledged writes on close': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]) {
      this.waiting.push(...writes);
      return [];
    }

    override async read(...query: Parameters<MemoryAdapter['read']>) {
      for (const write of this.waiting.splice(0)) this.apply(write);
      return super.read(...query);
    }

    private readonly waiting: BucketWrite<T>[] = [];
  },
});

const closedStores = new WeakSet<object>();

/** Mutants whose rows the read pipeline cannot join. */
export const readsMutants: readonly Mutant[] = mutantsOf(readsRule, {
  'reads only the first of several names': changesQueries((query) => ({
    ...query,
    names: query.names.slice(0, 1),
  })),
  'returns rows for names without data': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(...[query, fetch]: Parameters<MemoryAdapter['read']>) {
      const rows = [...(await super.read(query, fetch))];
      const silent = query.names.filter((name) => !rows.some((row) => row.name === name));
      const empty = silent.map((name) => {
        return { name, bucket: query.first, resolution: 0, data: this.copy(undefined) };
      });
      return [...rows, ...empty];
    }
  },
  'returns a histogram as an object': changesRows((row) =>
    isMap(row.data) ? { ...row, data: Object.fromEntries(row.data) } : row,
  ),
});

/** Mutants that disagree with the reference. */
export const referenceMutants: readonly Mutant[] = mutantsOf(referenceRule, {
  'drops buckets before 1970': changesWrites((write) => (write.bucket < 0 ? undefined : write)),
  'misplaces one resolution in a hundred': changesWrites((write) =>
    write.resolution % 100 === 1 ? { ...write, resolution: write.resolution + 1 } : write,
  ),
});

/** Mutants that disagree with the answers of the original. */
export const recordedMutants: readonly Mutant[] = mutantsOf(recordedRule, {
  'adds up the resolutions of a bucket': changesWrites((write) => ({ ...write, resolution: 0 })),
  'ends a range before its last bucket': changesQueries((query) => ({ ...query, last: query.last - 1 })),
});
