import {
  type BucketQuery,
  type BucketRow,
  type CustomFunction,
  type Fold,
  Summary,
  type TimeseriesType,
} from '@kairos/core';
import { foldingRule } from '../../rules/folding.js';
import { FoldingAdapter, type Weighed } from '../folding-adapter.js';
import type { MemoryAdapterClass } from '../memory-backend.js';
import { type Mutant, mutantsOf } from './mutant.js';

/** An adapter that changes how it is told to add up. */
function foldsAs(change: (fold: Fold) => Fold): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends FoldingAdapter<T> {
    protected override fold(fold: Fold, rows: readonly BucketRow[]): readonly BucketRow[] {
      return super.fold(change(fold), rows);
    }
  };
}

/** An adapter that gets statistics wrong. */
function summarizesAs(change: (weighed: readonly Weighed[], right: Summary) => Summary): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends FoldingAdapter<T> {
    protected override summaryOf(weighed: readonly Weighed[]): Summary {
      return change(weighed, super.summaryOf(weighed));
    }
  };
}

/** An adapter that gets the sum of some rows wrong. */
function addsAs(
  change: (group: readonly BucketRow[], type: TimeseriesType) => readonly BucketRow[],
): MemoryAdapterClass {
  return class<T extends TimeseriesType> extends FoldingAdapter<T> {
    protected override added(group: readonly BucketRow[]): BucketRow {
      return super.added(change(group, this.type));
    }
  };
}

/** Mutants that add up too much, too little, or the wrong thing. */
export const foldingMutants: readonly Mutant[] = mutantsOf(foldingRule, {
  'adds up names that the read wants apart': foldsAs((fold) => ({ ...fold, names: true })),
  'adds up buckets if the read wants only their resolutions added up': foldsAs((fold) => ({
    ...fold,
    buckets: fold.resolutions || fold.buckets,
  })),
  'adds up resolutions that the read wants apart': foldsAs((fold) => ({ ...fold, resolutions: true })),
  'returns statistics if the read wants the data': foldsAs((fold) => ({
    ...fold,
    statistics: new Set(['count', 'sum', 'min', 'max']),
  })),
  'passes added-up data to a function of the caller': class<
    T extends TimeseriesType,
  > extends FoldingAdapter<T> {
    override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      const fold = { resolutions: true, buckets: false, names: false, statistics: null };
      return super.read({ ...query, fold: query.fold ?? fold }, fetch);
    }
  },
  'leaves out the last row that it adds up': addsAs((group) =>
    group.length > 1 ? group.slice(0, -1) : group,
  ),
  'adds up in reverse order of time': addsAs((group) => [...group].reverse()),
  'counts the different values of a histogram': summarizesAs(
    (weighed, { sum, min, max }) => new Summary({ count: weighed.length, sum, min, max }),
  ),
  'sums the different values of a histogram': summarizesAs(
    (weighed, { count, min, max }) =>
      new Summary({ count, sum: weighed.reduce((sum, [value]) => sum + value, 0), min, max }),
  ),
  'returns 0 as the minimum of positive values': summarizesAs(
    (_, { count, sum, max, min }) => new Summary({ count, sum, max, min: Math.min(0, Number(min)) }),
  ),
  'returns 0 as the maximum of negative values': summarizesAs(
    (_, { count, sum, max, min }) => new Summary({ count, sum, min, max: Math.max(0, Number(max)) }),
  ),
  'sums whole numbers as doubles beyond their exact range': class<
    T extends TimeseriesType,
  > extends FoldingAdapter<T> {
    protected override summarized(fold: Fold, group: readonly BucketRow[]): BucketRow | null {
      const [first] = group;
      if (fold.statistics === null || first === undefined || this.type !== 'series') {
        return super.summarized(fold, group);
      }
      const values = group.flatMap(({ data }) => (Array.isArray(data) ? data.map(Number) : []));
      if (values.some((value) => Number.isNaN(value))) return null;
      return { ...first, data: this.summaryOf(values.map((value) => [value, 1])) };
    }
  },
  'declares ranges of any length but adds up only the first million buckets': class<
    T extends TimeseriesType,
  > extends FoldingAdapter<T> {
    override read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
      return super.read({ ...query, last: Math.min(query.last, query.first + 1_000_000) }, fetch);
    }
  },
});
