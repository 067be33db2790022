import { intervalOf, type Schema, type Timescale, type Windows, windowsOf } from '@kairos/core';
import type { Layout } from './layout.js';

/** The first and last of some buckets or windows, both included. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/** The widest possible range. */
export const ALL: Ends = { first: Number.MIN_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER };

/** A range of buckets of an interval. */
export interface Slice extends Ends {
  readonly interval: string;
}

/** A range of buckets of an interval, with their windows. */
export interface Range extends Slice {
  readonly windows: Ends;
  /** The window of the oldest bucket to keep. */
  readonly edge: number;
}

/** The windows of each interval. */
export class IntervalWindows {
  readonly #schema: Schema;
  readonly #size: number;
  readonly #known = new Map<string, Windows>();

  constructor(schema: Schema, { windowSize }: Layout) {
    this.#schema = schema;
    this.#size = windowSize;
  }

  of(name: string): Windows {
    let windows = this.#known.get(name);
    if (windows === undefined) {
      windows = windowsOf(intervalOf(this.#schema, name), this.#size);
      this.#known.set(name, windows);
    }
    return windows;
  }

  /**
   * Turns a slice, which may have open ends, into a range. The ends need not be valid calendar buckets:
   * partition edges, for instance, may not be.
   */
  rangeOf({ interval, first, last }: Slice, oldest: number | null = null): Range {
    const windows = this.of(interval);
    const { step } = intervalOf(this.#schema, interval);
    const windowsAt = (bucket: number) => {
      const found = bucketAtOrBefore(step, bucket);
      return windows.windowsOf(found, found);
    };
    return {
      interval,
      first,
      last,
      windows: {
        first: first === ALL.first ? first : windowsAt(first).first,
        last: last === ALL.last ? last : windowsAt(last).last,
      },
      edge: oldest === null ? ALL.first : windows.windowsOf(oldest, oldest).first,
    };
  }

  /** The range of an interval's buckets within retention. */
  kept(interval: string, oldest: number | null): Range {
    return this.rangeOf({ interval, first: oldest ?? ALL.first, last: ALL.last }, oldest);
  }
}

/** The last bucket at or before a number. */
function bucketAtOrBefore(
  { ordinalOf, bucketAt, firstOrdinal, lastOrdinal }: Timescale,
  number: number,
): number {
  if (bucketAt(ordinalOf(number)) === number) return number;
  let [low, high] = [firstOrdinal, lastOrdinal];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bucketAt(middle) <= number) low = middle;
    else high = middle - 1;
  }
  return bucketAt(low);
}
