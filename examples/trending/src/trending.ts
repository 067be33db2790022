import { type Trend, WINDOW } from './timeseries.js';

const DAY = 86_400;

/** An airport's arrivals in the last seven days, and in the seven before them. */
export interface Airport {
  readonly name: string;
  readonly arrivals: number;
  readonly before: number;
}

/** An airport's arrivals in the seven days that end with the day of `now`. Reads one bucket. */
export async function sevenDayTotal(trend: Trend, name: string, now: number): Promise<number> {
  const bucket = await trend.get(name, 'day', { timestamp: windowStart(now) });
  return [...bucket.values()][0] ?? 0;
}

/** The airports with the most arrivals in the seven days that end with the day of `now`. */
export async function trending(trend: Trend, now: number, count: number): Promise<Airport[]> {
  const names = await trend.list();
  if (names.length === 0) return [];
  const totals = await totalsOf(trend, names, windowStart(now));
  const before = await totalsOf(trend, names, windowStart(now) - WINDOW * DAY);
  return names
    .map((name, index) => ({ name, arrivals: totals[index] ?? 0, before: before[index] ?? 0 }))
    .sort((a, b) => b.arrivals - a.arrivals || (a.name < b.name ? -1 : 1))
    .slice(0, count);
}

/**
 * Reads one bucket of all names together. The function for `joinRows` keeps their rows apart, in the order of
 * the names.
 */
async function totalsOf(trend: Trend, names: string[], timestamp: number): Promise<readonly number[]> {
  const bucket = await trend.get(names, 'day', { timestamp, joinRows: (rows) => rows });
  return [...bucket.values()][0] ?? [];
}

function windowStart(now: number): number {
  return now - (WINDOW - 1) * DAY;
}
