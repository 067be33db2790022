import type { AnyTimeseries } from '@kairos/core';

/** The context that every route receives besides the request. */
export interface Context {
  /** The open timeseries, by the names that they are served under. */
  readonly timeseries: ReadonlyMap<string, AnyTimeseries>;
  /** Maximum number of buckets in one answer. */
  readonly maxBuckets: number;
  /** Whether requests may insert. */
  readonly insert: boolean;
}

/** Answers requests to its paths, and returns `undefined` for others. The URL lacks the handler's `basePath`. */
export type Route = (
  request: Request,
  url: URL,
  context: Context,
) => Promise<Response | undefined> | Response | undefined;
