import type { IntervalsOptions, NoBackend, Timeseries, TimeseriesType, Value } from '@kairos/core';

/**
 * An open timeseries of any type, intervals, values and backend: every `Timeseries` is assignable to it. Its `write` is
 * `never`, as nothing is known of the values that it takes.
 */
export type AnyTimeseries = Timeseries<{
  type: TimeseriesType;
  intervals: IntervalsOptions;
  value: Value;
  read: unknown;
  write: never;
  backend: NoBackend;
}>;

/** What every route gets beside the request. */
export interface Context {
  /** The open timeseries by the names under which they are served. */
  readonly timeseries: ReadonlyMap<string, AnyTimeseries>;
  /** The most buckets that one answer may cover. */
  readonly maxBuckets: number;
  /** Whether requests may insert. */
  readonly insert: boolean;
}

/** Answers the requests of its paths; `undefined` for any other. The URL is without the handler's `basePath`. */
export type Route = (
  request: Request,
  url: URL,
  context: Context,
) => Promise<Response | undefined> | Response | undefined;
