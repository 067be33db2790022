import {
  type Interval,
  intervalOf,
  type Schema,
  type TimeseriesType,
  type Windows,
  windowsOf,
} from '@kairos/core';
import type { IntervalsRecord, RecordedLayout } from './record.js';

/** About how many rows a partition holds at most. */
const PARTITION_ROWS = 100_000;

/** How many values a bucket is laid out for where the user does not say: one a second, and at most so many. */
const VALUES_PER_BUCKET = 1000;

/**
 * How many buckets of an interval, or of its resolution, make a window. A partition holds one window of one name. The
 * size follows from the type and from how the interval cuts time, so every process agrees on it:
 *
 * - a count or a gauge has one row for each bucket: 100,000 buckets (69 days of minutes);
 * - of a series, histogram or set a bucket has as many rows as values: 100,000 rows ÷ the values of a bucket, for
 *   which one a second and at most 1000 is taken (1,666 minutes; 100 hours, days or months), unless
 *   `valuesPerBucket` says otherwise.
 */
export function windowSize(interval: Interval, type: TimeseriesType, layout: RecordedLayout): number {
  return Math.max(1, Math.floor(PARTITION_ROWS / rowsPerBucket(interval, type, layout)));
}

function rowsPerBucket(
  { step, resolution }: Interval,
  type: TimeseriesType,
  { floatingCounts, valuesPerBucket }: RecordedLayout,
): number {
  if (type === 'gauge' || (type === 'count' && !floatingCounts)) return 1;
  return valuesPerBucket ?? Math.min(VALUES_PER_BUCKET, (resolution ?? step).longest);
}

/** The windows of each interval, by the layout that is recorded until the record is forgotten. */
export class IntervalWindows {
  readonly #schema: Schema;
  readonly #record: IntervalsRecord;
  readonly #known = new Map<string, Windows>();
  #layout: RecordedLayout | undefined;

  constructor(schema: Schema, record: IntervalsRecord) {
    this.#schema = schema;
    this.#record = record;
  }

  /** To be asked for once the record was read. */
  of(name: string): Windows {
    const { layout } = this.#record;
    if (layout !== this.#layout) this.#known.clear();
    this.#layout = layout;
    let windows = this.#known.get(name);
    if (windows === undefined) {
      const interval = intervalOf(this.#schema, name);
      windows = windowsOf(interval, windowSize(interval, this.#schema.type, layout));
      this.#known.set(name, windows);
    }
    return windows;
  }
}
