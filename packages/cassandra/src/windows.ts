import {
  type Interval,
  intervalOf,
  type Schema,
  type TimeseriesType,
  type Windows,
  windowsOf,
} from '@kairos/core';
import type { IntervalsRecord, RecordedLayout } from './record.js';

/** About the largest number of rows in a partition. */
const PARTITION_ROWS = 100_000;

/** Default of `valuesPerBucket`: one value a second, up to this many. */
const VALUES_PER_BUCKET = 1000;

/**
 * The number of buckets of an interval, or of its resolution, in a window. A partition holds one window of one name.
 * The size depends only on the type, the interval and the recorded layout, so all processes agree on it:
 *
 * - A count or a gauge has one row for each bucket: 100,000 buckets in a window (69 days of minutes).
 * - A series, histogram or set has one row for each value: 100,000 rows ÷ `valuesPerBucket`. Its default of one value a
 *   second, at most 1000, gives 1,666 minutes, or 100 hours, days or months.
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

/** The windows of each interval, according to the recorded layout. */
export class IntervalWindows {
  readonly #schema: Schema;
  readonly #record: IntervalsRecord;
  readonly #known = new Map<string, Windows>();
  #layout: RecordedLayout | undefined;

  constructor(schema: Schema, record: IntervalsRecord) {
    this.#schema = schema;
    this.#record = record;
  }

  /** The windows of an interval. Call it after the record was read. */
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
