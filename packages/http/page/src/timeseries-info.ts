/** The five types of timeseries. */
export const timeseriesTypes = ['series', 'histogram', 'count', 'gauge', 'set'] as const;
export type TimeseriesType = (typeof timeseriesTypes)[number];

/** A length of time: in seconds, or the name of a unit of the calendar. */
export type Unit = number | string;

export interface IntervalInfo {
  readonly name: string;
  readonly step: Unit;
  readonly steps?: number;
  readonly resolution?: Unit;
}

export interface TimeseriesInfo {
  readonly name: string;
  readonly type: TimeseriesType;
  readonly timezone: string;
  readonly intervals: readonly IntervalInfo[];
}

/** Unix seconds of the first and the last bucket with data. */
export interface Bounds {
  readonly first: number;
  readonly last: number;
}
