/** Any Unix seconds in the first and last day. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The read that a dashboard needs, from the record, the cache, or both together. */
export interface DailySeries {
  /** Returns every day of the range in order, by its start. `null` for days without data. */
  series(name: string, interval: 'day', range: Range): Promise<Map<number, number | null>>;
}

/** Days and names with their values, as `bulkInsert` takes them. */
export type DailyValues = Map<number, Map<string, number[]>>;
