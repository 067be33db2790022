import { type Interval, type Timescale, type TimeseriesType, type Windows, windowsOf } from '@kairos/core';

/** About how many rows a partition holds at most. */
const PARTITION_ROWS = 100_000;

/** How many values a bucket is laid out for where the user does not say: one a second, and at most so many. */
const VALUES_PER_BUCKET = 1000;

/**
 * How the buckets of one interval are cut into partitions, each of which holds one window of one name. The size follows
 * from the type and from how the interval cuts time, so every process agrees on it:
 *
 * - a count or a gauge has one row for each bucket: 100,000 buckets (69 days of minutes);
 * - of a series, histogram or set a bucket has as many rows as values: 100,000 rows ÷ the values of a bucket, for
 *   which one a second and at most 1000 is taken (1,666 minutes; 100 hours, days or months), unless
 *   `valuesPerBucket` says otherwise.
 */
export function partitionsOf(interval: Interval, rowsPerBucket: (slot: Timescale) => number): Windows {
  const slot = interval.resolution ?? interval.step;
  return windowsOf(interval, Math.max(1, Math.floor(PARTITION_ROWS / rowsPerBucket(slot))));
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
