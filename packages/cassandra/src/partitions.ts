import type { Interval, Timescale, TimeseriesType } from '@kairos/core';

/** About how many rows a partition holds at most. */
const PARTITION_ROWS = 100_000;

/** How many values a bucket is laid out for where the user does not say: one a second, and at most so many. */
const VALUES_PER_BUCKET = 1000;

/**
 * How the buckets of one interval are cut into partitions. Buckets, or those of the resolution where there is one,
 * are counted from the epoch (their ordinals), and `size` consecutive ones are a window: a partition holds one window
 * of one name. The size follows from the type and from how the interval cuts time, so every process agrees on it:
 *
 * - a count or a gauge has one row for each bucket: 100,000 buckets (69 days of minutes);
 * - of a series, histogram or set a bucket has as many rows as values: 100,000 rows ÷ the values of a bucket, for
 *   which one a second and at most 1000 is taken (1,666 minutes; 100 hours, days or months), unless
 *   `valuesPerBucket` says otherwise.
 */
export interface Partitions {
  /** The window of a bucket. */
  windowOf(bucket: number, resolution: number): number;
  /** The first and the last window with anything of the buckets from `first` to `last`. */
  windowsOf(first: number, last: number): { readonly first: number; readonly last: number };
  /** By how many seconds at most the last bucket of a window expires later than any other of it. */
  readonly spread: number;
}

export function partitionsOf(interval: Interval, rowsPerBucket: (slot: Timescale) => number): Partitions {
  const { step, resolution } = interval;
  const slot = resolution ?? step;
  const size = Math.max(1, Math.floor(PARTITION_ROWS / rowsPerBucket(slot)));
  const windowAt = (ordinal: number) => Math.floor(ordinal / size);
  return {
    windowOf: (bucket, finer) => windowAt(slot.ordinalOf(resolution === null ? bucket : finer)),
    windowsOf: (first, last) => {
      if (resolution === null) {
        return { first: windowAt(step.ordinalOf(first)), last: windowAt(step.ordinalOf(last)) };
      }
      const end = step.startOf(step.bucketAt(step.ordinalOf(last) + 1));
      return {
        first: windowAt(resolution.ordinalOf(resolution.bucketOf(step.startOf(first)))),
        // Buckets start on whole seconds, so the last second of a bucket is in its last resolution bucket.
        last: windowAt(resolution.ordinalOf(resolution.bucketOf(end - 1))),
      };
    },
    // A window may begin and end inside buckets of the step, each of which is kept as a whole; and as many steps of a
    // calendar elsewhere may be longer, by less than one of them.
    spread: size * slot.longest + (resolution === null ? 0 : 2 * step.longest),
  };
}

/** How many rows a bucket is laid out for. */
export function rowsPerBucket(
  type: TimeseriesType,
  floatingCounts: boolean,
  valuesPerBucket: number | null,
): (slot: Timescale) => number {
  if (type === 'gauge' || (type === 'count' && !floatingCounts)) return () => 1;
  if (valuesPerBucket !== null) return () => valuesPerBucket;
  return (slot) => Math.min(VALUES_PER_BUCKET, slot.longest);
}
