import type { AnyTimeseries } from '@kairos/core';

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
