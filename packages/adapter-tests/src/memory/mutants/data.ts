import {
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type CustomFunction,
  isMap,
  isSet,
  type StoredData,
  type StoredValue,
  type TimeseriesType,
} from '@kairos/core';
import { bucketsRule } from '../../rules/buckets.js';
import { rangesRule } from '../../rules/ranges.js';
import { typesRule } from '../../rules/types.js';
import { FrugalAdapter } from '../frugal-adapter.js';
import { MemoryAdapter } from '../memory-adapter.js';
import { changesQueries, changesRows, changesWrites, encodesAs, type Mutant, mutantsOf } from './mutant.js';

const changesData = (change: (data: unknown, type: TimeseriesType) => unknown) =>
  changesRows((row, type): BucketRow => ({ ...row, data: change(row.data, type) }));

/** Mutants that get the values of a bucket wrong. */
export const typesMutants: readonly Mutant[] = [
  ...mutantsOf(typesRule, {
    'rounds fractional counts': encodesAs((value, type) =>
      type === 'count' ? Math.round(Number(value)) : value,
    ),
    'keeps counts in 32 bits': changesData((data) => (typeof data === 'number' ? data | 0 : data)),
    'keeps numbers in 32-bit floats': encodesAs((value) =>
      typeof value === 'number' ? Math.fround(value) : value,
    ),
    'keeps fifteen digits of a fraction': encodesAs((value) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(15)) : value,
    ),
    'returns numbers as strings': encodesAs((value, type) => (type === 'count' ? value : String(value))),
    'turns strings that look like numbers into numbers': encodesAs((value) =>
      typeof value === 'string' && value !== '' && String(Number(value)) === value ? Number(value) : value,
    ),
    'trims strings': encodesAs((value) => (typeof value === 'string' ? value.trim() : value)),
    'sorts a series': changesData((data) => (Array.isArray(data) ? [...data].sort() : data)),
    'drops repeated values of a series': changesData((data) =>
      Array.isArray(data) ? [...new Set(data)] : data,
    ),
    'turns the values of a histogram into strings': changesData((data) =>
      isMap(data) ? new Map([...data].map(([value, count]) => [String(value), count])) : data,
    ),
    'counts each insert into a histogram once': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      protected override apply(write: BucketWrite<T>): void {
        const { data } = write;
        if (isMap(data)) for (const value of data.keys()) data.set(value, 1);
        super.apply(write);
      }
    },
    'returns a set as a list': changesData((data) => (isSet(data) ? [...data] : data)),
    'treats 0 and the empty string as no reading': changesRows((row, type) =>
      type === 'gauge' && !row.data ? undefined : row,
    ),
    'keeps the first reading of a gauge': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      protected override apply(write: BucketWrite<T>): void {
        const { name, interval, bucket, resolution } = write;
        const stored = this.namespace.names.get(name)?.get(interval)?.get(bucket)?.get(resolution);
        if (this.type !== 'gauge' || stored === undefined) super.apply(write);
      }
    },
    'drops a count that adds up to 0': changesRows((row) => (row.data === 0 ? undefined : row)),
    'stores only the first of several values': class<T extends TimeseriesType> extends MemoryAdapter<T> {
      protected override apply(write: BucketWrite<T>): void {
        const { data } = write;
        if (Array.isArray(data)) data.splice(1);
        super.apply(write);
      }
    },
  }),
  ...mutantsOf(
    typesRule,
    {
      'truncates amounts that it cannot hold': class<T extends TimeseriesType> extends FrugalAdapter<T> {
        override encode(value: unknown): StoredValue {
          return super.encode(this.type === 'count' ? Math.trunc(Number(value)) : value);
        }
      },
      'converts strings for columns of numbers': class<T extends TimeseriesType> extends FrugalAdapter<T> {
        override encode(value: unknown): StoredValue {
          return super.encode(this.valueType === 'text' ? String(value) : Number(value) || 0);
        }
      },
    },
    { typed: true },
  ),
];

/** Mutants that get buckets wrong. */
export const bucketsMutants: readonly Mutant[] = mutantsOf(bucketsRule, {
  'drops buckets before 1970': changesWrites((write) => (write.bucket < 0 ? undefined : write)),
  'keeps buckets in 32 bits': changesWrites((write) => ({ ...write, bucket: write.bucket | 0 })),
  'keeps buckets as unsigned numbers': changesWrites((write) => ({ ...write, bucket: write.bucket >>> 0 })),
  'forgets resolutions': changesWrites((write) => ({ ...write, resolution: 0 })),
  'keeps resolutions in 16 bits': changesWrites((write) => ({
    ...write,
    resolution: write.resolution & 0xffff,
  })),
  'stores one bucket of each interval and no copies': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override write(writes: readonly BucketWrite<T>[]) {
      const seen = new Set<string>();
      const first = writes.filter(({ name, interval }) => {
        const key = JSON.stringify([name, interval]);
        return !seen.has(key) && seen.add(key);
      });
      return super.write(first);
    }
  },
  'lets copies share their data': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      const { name, interval, bucket, resolution, data } = write;
      const isNew = !this.namespace.names.get(name)?.get(interval)?.get(bucket)?.has(resolution);
      super.apply(write);
      if (isNew) this.namespace.names.get(name)?.get(interval)?.get(bucket)?.set(resolution, data);
    }

    protected override copy(stored: StoredData | undefined): StoredData<T> {
      return this.schema.dataType.is<StoredValue>(stored) ? stored : super.copy(stored);
    }
  },
});

/** Mutants that read too much or too little. */
export const rangesMutants: readonly Mutant[] = mutantsOf(rangesRule, {
  'leaves out the first bucket of a range': changesQueries((query) => ({ ...query, first: query.first + 1 })),
  'leaves out the last bucket of a range': changesQueries((query) => ({ ...query, last: query.last - 1 })),
  'reads one bucket too many': changesQueries((query) => ({ ...query, last: query.last + 1 })),
  'reads one bucket too early': changesQueries((query) => ({ ...query, first: query.first - 1 })),
  'reads other names with the same beginning': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override read(query: BucketQuery, fetch?: CustomFunction) {
      const stem = (name: string) => name.replace(/ \d+$/, '');
      const stems = new Set(query.names.map(stem));
      const names = [...this.namespace.names.keys()].filter((name) => stems.has(stem(name)));
      return super.read({ ...query, names }, fetch);
    }
  },
  'orders buckets as text': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction) {
      const all = await super.read({ ...query, first: -1e15, last: 1e15 }, fetch);
      const [first, last] = [String(query.first), String(query.last)];
      return [...all].filter(({ bucket }) => String(bucket) >= first && String(bucket) <= last);
    }
  },
  'returns the first 1,000 rows': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction) {
      return [...(await super.read(query, fetch))].slice(0, 1000);
    }
  },
  'stores the first 10,000 writes of a bulk insert': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override write(writes: readonly BucketWrite<T>[]) {
      return super.write(writes.slice(0, 10_000));
    }
  },
  'keeps 4,000 values in a bucket': changesRows((row) =>
    Array.isArray(row.data) ? { ...row, data: row.data.slice(0, 4000) } : row,
  ),
  'joins intervals and names with a colon': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      super.apply({ ...write, ...this.joined(write) });
    }

    override async read(query: BucketQuery, fetch?: CustomFunction) {
      const rows: BucketRow[] = [];
      for (const name of query.names) {
        const { name: stored, interval } = this.joined({ ...query, name });
        const read = await super.read({ ...query, names: [stored], interval }, fetch);
        for (const row of read) rows.push({ ...row, name });
      }
      return rows;
    }

    /** Splits the joined key at its first colon. */
    private joined({ name, interval }: { readonly name: string; readonly interval: string }) {
      const [first = '', ...rest] = `${name}:${interval}`.split(':');
      return { name: first, interval: rest.join(':') };
    }
  },
});
