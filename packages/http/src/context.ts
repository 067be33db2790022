import type { Timeseries, TimeseriesTypes } from '@kairos/core';

/** An open timeseries of any type. */
export type AnyTimeseries = Timeseries<TimeseriesTypes>;

/** What every route gets beside the request. */
export interface Context {
  /** The open timeseries by the names under which they are served. */
  readonly timeseries: ReadonlyMap<string, AnyTimeseries>;
  /** The most buckets that one answer may cover. */
  readonly maxBuckets: number;
}
