import {
  type BucketQuery,
  type BucketRow,
  type Capabilities,
  type CustomFunction,
  type Fold,
  isMap,
  Summary,
  type TimeseriesType,
} from '@kairos/core';
import { MemoryAdapter } from './memory-adapter.js';

/** A number and how often it occurs. */
export type Weighed = readonly [value: number, weight: number];

/** A store that adds up everything a read lets it. It proves the parts of the suite that test this. */
export class FoldingAdapter<T extends TimeseriesType = TimeseriesType> extends MemoryAdapter<T> {
  override readonly capabilities: Capabilities = {
    expiry: 'manual',
    atomicEvents: true,
    fractionalCounts: true,
    nul: true,
    shared: false,
    anyRange: true,
  };

  override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    const found = [...(await super.read(query, fetch))];
    return query.fold === undefined ? found : this.fold(query.fold, found);
  }

  protected fold(fold: Fold, rows: readonly BucketRow[]): readonly BucketRow[] {
    const groups = new Map<string, BucketRow[]>();
    const ordered = [...rows].sort((a, b) => a.bucket - b.bucket || a.resolution - b.resolution);
    for (const row of ordered) {
      const key = this.keyOf(fold, row);
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push(row);
    }
    const folded = [...groups.values()].map((group) => this.summarized(fold, group) ?? this.added(group));
    // Either all rows of a read are summaries, or none.
    const mixed = folded.some(isSummary) && !folded.every(isSummary);
    return mixed ? this.fold({ ...fold, statistics: null }, rows) : folded;
  }

  protected keyOf(fold: Fold, { name, bucket, resolution }: BucketRow): string {
    return JSON.stringify([
      fold.names ? null : name,
      fold.buckets ? null : bucket,
      fold.buckets || fold.resolutions ? null : resolution,
    ]);
  }

  protected added(group: readonly BucketRow[]): BucketRow {
    const { dataType } = this.schema;
    const [first] = group;
    if (first === undefined) throw new Error('There are no rows to add up');
    const data = group.reduce(
      (sum, row) => dataType.add(sum, dataType.is<unknown>(row.data) ? row.data : dataType.empty<unknown>()),
      dataType.empty<unknown>(),
    );
    return { ...first, data };
  }

  /** Statistics in place of the data, if all values are numbers and the statistics are exact. */
  protected summarized({ statistics }: Fold, group: readonly BucketRow[]): BucketRow | null {
    const [first] = group;
    const values = statistics === null ? null : group.flatMap(({ data }) => weigh(data) ?? [null]);
    if (first === undefined || values === null) return null;
    const weighed = values.filter((each) => each !== null);
    if (weighed.length < values.length) return null;
    const size = weighed.reduce((all, [value, weight]) => all + Math.abs(value * weight), 0);
    return size > Number.MAX_SAFE_INTEGER ? null : { ...first, data: this.summaryOf(weighed) };
  }

  protected summaryOf(weighed: readonly Weighed[]): Summary {
    const values = weighed.map(([value]) => value);
    return new Summary({
      count: weighed.reduce((count, [, weight]) => count + weight, 0),
      sum: weighed.reduce((sum, [value, weight]) => sum + value * weight, 0),
      min: Math.min(...values),
      max: Math.max(...values),
    });
  }
}

function isSummary({ data }: BucketRow): boolean {
  return data instanceof Summary;
}

/** The values of a series or a histogram, or `null` if they are not all numbers. */
function weigh(data: unknown): Weighed[] | null {
  const pairs = isMap(data) ? [...data] : Array.isArray(data) ? data.map((value) => [value, 1]) : [];
  const weighed: Weighed[] = [];
  for (const [value, weight] of pairs) {
    if (typeof value !== 'number' || typeof weight !== 'number') return null;
    weighed.push([value, weight]);
  }
  return weighed;
}
