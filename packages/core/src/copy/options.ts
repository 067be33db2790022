import type { TimeseriesTypes } from '../timeseries-types.js';
import type { Timestamp } from '../values/insertable.js';

/** What is copied, and how its intervals are made. */
export interface CopyPlanOptions<
  S extends TimeseriesTypes = TimeseriesTypes,
  D extends TimeseriesTypes = TimeseriesTypes,
> {
  /**
   * For intervals of the target, the interval of the source which they are made from. Those that are left out are
   * made from these, or from any where none is given.
   */
  readonly intervals?:
    | { readonly [I in keyof D['intervals'] & string]?: keyof S['intervals'] & string }
    | undefined;
  /** The names to copy; all of the source where they are left out. */
  readonly names?: Iterable<string> | undefined;
  /** Copies the buckets (or resolution buckets) of the source that start at or after it. */
  readonly since?: Timestamp | null | undefined;
  /** Copies those that start before it. */
  readonly until?: Timestamp | null | undefined;
  /** Ends the work after what is under way, and rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CopyOptions<
  S extends TimeseriesTypes = TimeseriesTypes,
  D extends TimeseriesTypes = TimeseriesTypes,
> extends CopyPlanOptions<S, D> {
  /**
   * What to do about names that have data in the target: `'refuse'` (the default), before anything is written, or
   * `'add'` to it.
   */
  readonly existing?: 'refuse' | 'add' | undefined;
  /**
   * Goes on with a copy that was cut off: the names that it told of by `onCopied`. They are left as they are; all
   * others are deleted in the target, and copied from their beginning, so that nothing counts twice. Until the copy
   * has ended, nothing else may write these names to the target.
   */
  readonly resume?: Iterable<string> | undefined;
  /** Called once all is checked, before anything is written; what it returns is awaited. */
  readonly onStart?: (() => Promise<void> | void) | undefined;
  /** Called when all of a name is acknowledged; what it returns is awaited before the copy ends. */
  readonly onCopied?: ((name: string) => Promise<void> | void) | undefined;
  /** Called now and then. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

export interface CopyProgress {
  /** Names that are copied, those of the run before too. */
  readonly names: number;
  readonly ofNames: number;
  /** Buckets that were written in this run. */
  readonly buckets: number;
  /** About which part of the work of this run is done, from 0 to 1. */
  readonly fraction: number;
}

/** What became of one interval of the target. */
export interface CopiedInterval {
  readonly interval: string;
  /** The interval of the source which it was made from. */
  readonly from: string;
  /** Buckets that were written, resolution buckets where it has them; a very large one counts once for each part. */
  readonly buckets: number;
  /** Buckets that were left out because they are past their retention in the target. */
  readonly expired: number;
}

export interface CopyResult {
  /** Names that were copied in this run. */
  readonly names: number;
  readonly intervals: readonly CopiedInterval[];
}
