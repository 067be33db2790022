import type { Value } from '../values/insertable.js';

/** A statistic of the values of a series or a histogram that suffices for a transform. */
export type Statistic = 'count' | 'sum' | 'min' | 'max';

/**
 * Statistics of numbers, in place of the numbers: those that a read asked for, and others if they came for free. There
 * must be at least one value.
 *
 * @example
 * ```ts
 * new Summary({ count: 3, sum: 12, max: 7 });
 * ```
 */
export class Summary {
  /** Number of values; of a histogram, the sum of its counts. */
  readonly count: number | undefined;
  /**
   * Their sum; of a histogram, each times its count. For whole numbers it is exact: a number if that is safe, else a
   * `bigint`. A store that cannot compute it returns the data instead.
   */
  readonly sum: number | bigint | undefined;
  /** The smallest value, as a read without summaries would return it. */
  readonly min: Value | undefined;
  /** The largest value. */
  readonly max: Value | undefined;

  constructor(statistics: {
    readonly count?: number | undefined;
    readonly sum?: number | bigint | undefined;
    readonly min?: Value | undefined;
    readonly max?: Value | undefined;
  }) {
    this.count = statistics.count;
    this.sum = statistics.sum;
    this.min = statistics.min;
    this.max = statistics.max;
  }
}
