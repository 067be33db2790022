import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

/** How many days a trend looks back, today included. */
export const WINDOW = 7;

/** Arrivals by airport: the bucket of a day holds that day and the six after it. */
export type Trend = Awaited<ReturnType<typeof openTrend>>;

/** Keeps two windows, this one and the one before; `clock` gives the time in Unix seconds. */
export function openTrend(file: string, clock: () => number) {
  return new Kairos([sql]).timeseries(`sqlite:${file}`, {
    type: 'count',
    intervals: { day: { step: 'daily', steps: 2 * WINDOW } },
    clock,
  });
}
