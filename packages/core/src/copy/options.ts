import type { TimeseriesTypes } from '../timeseries-types.js';
import type { Timestamp } from '../values/insertable.js';

/** What to copy, and how to make its intervals. */
export interface CopyPlanOptions<
  S extends TimeseriesTypes = TimeseriesTypes,
  D extends TimeseriesTypes = TimeseriesTypes,
> {
  /**
   * By target interval, the source interval to make it from. Target intervals that you leave out are made from these
   * source intervals; if you give none, from any.
   */
  readonly intervals?:
    | { readonly [I in keyof D['intervals'] & string]?: keyof S['intervals'] & string }
    | undefined;
  /** The names to copy. Default: all names of the source. */
  readonly names?: Iterable<string> | undefined;
  /** Copies buckets (or resolution buckets) of the source that start at this time or later. */
  readonly since?: Timestamp | null | undefined;
  /** Copies those that start before this time. */
  readonly until?: Timestamp | null | undefined;
  /** Stops the copy after the work in progress, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CopyOptions<
  S extends TimeseriesTypes = TimeseriesTypes,
  D extends TimeseriesTypes = TimeseriesTypes,
> extends CopyPlanOptions<S, D> {
  /**
   * What to do if names already have data in the target: `'refuse'` (the default), before anything is written, or
   * `'add'` to it.
   */
  readonly existing?: 'refuse' | 'add' | undefined;
  /**
   * Continues an interrupted copy: the names that it reported by `onCopied`. These stay as they are. All other names
   * are deleted in the target and copied from the start, so that nothing counts twice. Until the copy has ended,
   * nothing else may write these names to the target.
   */
  readonly resume?: Iterable<string> | undefined;
  /** Called after all checks, before anything is written. Its promise is awaited. */
  readonly onStart?: (() => Promise<void> | void) | undefined;
  /** Called when the whole name is acknowledged. Its promise is awaited before the copy ends. */
  readonly onCopied?: ((name: string) => Promise<void> | void) | undefined;
  /** Called from time to time. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

export interface CopyProgress {
  /** Number of names copied, including those of the interrupted run. */
  readonly names: number;
  readonly ofNames: number;
  /** Number of buckets written in this run. */
  readonly buckets: number;
  /** Approximate progress of this run, from 0 to 1. */
  readonly fraction: number;
}

/** The result for one interval of the target. */
export interface CopiedInterval {
  readonly interval: string;
  /** The source interval that it was made from. */
  readonly from: string;
  /** Number of buckets written (resolution buckets if it has them); a very large one counts once for each part. */
  readonly buckets: number;
  /** Number of buckets skipped because they are past their retention in the target. */
  readonly expired: number;
}

export interface CopyResult {
  /** Number of names copied in this run. */
  readonly names: number;
  readonly intervals: readonly CopiedInterval[];
}
