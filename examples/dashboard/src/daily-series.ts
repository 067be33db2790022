/** Unix seconds in the first and in the last day. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a dashboard asks, of the record, of the cache, or of the two together. */
export interface DailySeries {
  /** Every day of the range in order, by its start; `null` where nothing is known. */
  series(name: string, interval: 'day', range: Range): Promise<Map<number, number | null>>;
}

/** Days and names with values: what a bulk insert takes. */
export type DailyValues = Map<number, Map<string, number[]>>;
