import type { IntervalsOptions, TimeseriesType } from '@kairos/core';

/** The task of a child process, sent to it as JSON. */
export interface Task {
  /** The module that exports its `StoreFactory`. */
  readonly module: string;
  readonly export: string;
  readonly openings: readonly Opening[];
  /** Whether to open only on the start signal, so that all processes open at the same moment. */
  readonly opensOnGo: boolean;
  /** Each opening does all of these in sequence; the openings run in parallel. */
  readonly inserts: readonly TaskInsert[];
}

export interface Opening {
  readonly type: TimeseriesType;
  readonly intervals: IntervalsOptions;
  readonly namespace: string;
}

export interface TaskInsert {
  readonly name: string;
  readonly values: readonly number[];
  readonly timestamp: number;
  readonly bulk: boolean;
}

/** The report of a child process, as JSON. */
export type Report = { readonly ready: true } | { readonly done: true } | { readonly failed: string };
