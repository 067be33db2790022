import type { IntervalsOptions, NoBackend, Timeseries, TimeseriesType, Value } from '@kairos/core';

/**
 * An open timeseries of any type, intervals, values and backend: every `Timeseries` is assignable to it. Its `write` is
 * `never`, because the values that it accepts are unknown.
 */
export type AnyTimeseries = Timeseries<{
  type: TimeseriesType;
  intervals: IntervalsOptions;
  value: Value;
  read: unknown;
  write: never;
  backend: NoBackend;
}>;

/** What every route receives besides the request. */
export interface Context {
  /** The open timeseries, by the names under which they are served. */
  readonly timeseries: ReadonlyMap<string, AnyTimeseries>;
  /** Maximum number of buckets in one answer. */
  readonly maxBuckets: number;
  /** Whether requests may insert. */
  readonly insert: boolean;
}

/**
 * Answers the requests of its paths, and returns `undefined` for others. The URL comes without the handler's
 * `basePath`.
 */
export type Route = (
  request: Request,
  url: URL,
  context: Context,
) => Promise<Response | undefined> | Response | undefined;
