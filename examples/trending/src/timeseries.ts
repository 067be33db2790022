import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

/** Number of days in a trend, including today. */
export const WINDOW = 7;

/** Arrivals by airport. The bucket of a day covers that day and the six after it. */
export type Trend = Awaited<ReturnType<typeof openTrend>>;

/** Keeps two windows: the current one and the one before. `clock` returns the time in Unix seconds. */
export function openTrend(file: string, clock: () => number) {
  return new Kairos([sql]).timeseries(`sqlite:${file}`, {
    type: 'count',
    intervals: { day: { step: 'daily', steps: 2 * WINDOW } },
    clock,
  });
}
