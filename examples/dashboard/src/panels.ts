import type { DailySeries, Range } from './daily-series.js';
import { cities, nameOf, type Quantity } from './weather.js';

/** A city's panel on the dashboard. */
export interface Panel {
  readonly city: string;
  /** Mean of the daily maximum temperatures, in degrees Celsius. */
  readonly meanHigh: number;
  /** The lowest temperature, in degrees Celsius. */
  readonly coldest: number;
  /** Number of days with rain, and total rainfall in millimeters. */
  readonly wetDays: number;
  readonly rain: number;
  /** The day with the strongest wind, in Unix seconds. */
  readonly windiest: number;
}

/** Computes the panels for a range of days from any source of days. */
export function panels(source: DailySeries, range: Range): Promise<Panel[]> {
  return Promise.all(cities.map((city) => panel(source, city, range)));
}

async function panel(source: DailySeries, city: string, range: Range): Promise<Panel> {
  const days = (quantity: Quantity) => known(source, nameOf(city, quantity), range);
  const [highs, lows, rain, wind] = await Promise.all([
    days('temp_max'),
    days('temp_min'),
    days('precipitation'),
    days('wind'),
  ]);
  const [windiest] = [...wind].sort(([, a], [, b]) => b - a);
  return {
    city,
    meanHigh: sum(highs) / highs.size,
    coldest: Math.min(...lows.values()),
    wetDays: [...rain.values()].filter((millimeters) => millimeters > 0).length,
    rain: sum(rain),
    windiest: windiest?.[0] ?? Number.NaN,
  };
}

/** The days that have data. */
async function known(source: DailySeries, name: string, range: Range): Promise<Map<number, number>> {
  const days = new Map<number, number>();
  for (const [day, value] of await source.series(name, 'day', range)) {
    if (value !== null) days.set(day, value);
  }
  return days;
}

function sum(days: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const value of days.values()) total += value;
  return total;
}
