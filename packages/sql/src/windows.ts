import { intervalOf, type Schema, type Timescale, type Windows, windowsOf } from '@kairos/core';
import type { Layout } from './layout.js';

/** The first and the last of some buckets, or of some windows. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/** All that there can be. */
export const ALL: Ends = { first: Number.MIN_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER };

/** Buckets of an interval. */
export interface Slice extends Ends {
  readonly interval: string;
}

/** Buckets of an interval, with the windows that they are in. */
export interface Range extends Slice {
  readonly windows: Ends;
  /** The window in which the oldest bucket is that is kept. */
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
   * The range of a slice that may be open at its ends. The ends need not be buckets of a calendar, for instance at the
   * edges of partitions.
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

  /** What is kept of an interval. */
  kept(interval: string, oldest: number | null): Range {
    return this.rangeOf({ interval, first: oldest ?? ALL.first, last: ALL.last }, oldest);
  }
}

/** The greatest bucket up to a number. */
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
