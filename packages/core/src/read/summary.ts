import type { Value } from '../values/insertable.js';

/** What of the values of a series or a histogram suffices for a transform. */
export type Statistic = 'count' | 'sum' | 'min' | 'max';

/**
 * Statistics of numbers, in place of the numbers: those that a read asked for, and others as well where they came for
 * nothing. Only of what has at least one value.
 *
 * @example
 * ```ts
 * new Summary({ count: 3, sum: 12, max: 7 });
 * ```
 */
export class Summary {
  /** How many values there are; of a histogram, the sum of its counts. */
  readonly count: number | undefined;
  /**
   * Their sum; of a histogram, each times its count. Where all are whole numbers it is exact: a number where that is
   * safe, else a `bigint`. A store that cannot tell it gives the data instead.
   */
  readonly sum: number | bigint | undefined;
  /** The least value, as a read without summaries would give it. */
  readonly min: Value | undefined;
  /** The greatest value. */
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
