import type { AnyTimeseries } from '@kairos/core';

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
