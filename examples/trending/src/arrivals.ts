import type { Flight } from '@kairos-examples/flights';
import { type Trend, WINDOW } from './timeseries.js';

/** Counts flights by destination, each on its own day and on the six days before. */
export async function countArrivals(trend: Trend, flights: readonly Flight[]): Promise<void> {
  const arrivals = new Map<number, Map<string, number[]>>();
  for (const { time, destination } of flights) {
    const named = arrivals.get(time) ?? new Map<string, number[]>();
    arrivals.set(time, named.set(destination, [...(named.get(destination) ?? []), 1]));
  }
  await trend.bulkInsert(arrivals, { intervals: 1 - WINDOW });
}
