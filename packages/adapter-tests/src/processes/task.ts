import type { IntervalsOptions, TimeseriesType } from '@kairos/core';

/** What a child process is to do; sent to it as JSON. */
export interface Task {
  /** Where it finds its `StoreFactory`. */
  readonly module: string;
  readonly export: string;
  readonly openings: readonly Opening[];
  /** Whether to open only when all processes are told to go, so that they do it at the same moment. */
  readonly opensOnGo: boolean;
  /** Each opening does all of them, one after the other; the openings side by side. */
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

/** What a child process tells, as JSON. */
export type Report = { readonly ready: true } | { readonly done: true } | { readonly failed: string };
