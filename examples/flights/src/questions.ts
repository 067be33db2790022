import type { FlightSeries } from './timeseries.js';

export const quarter = { start: new Date('2001-01-01'), end: new Date('2001-03-31') } as const;

/** Number of departures in each hour of a day, over all airports, by the hour's start in Unix seconds. */
export async function departuresByHour(
  { departures }: FlightSeries,
  day: Date,
): Promise<Map<number, number>> {
  return departures.get(await departures.list(), 'day', { timestamp: day });
}

/** The day with the most departures over all airports, in Unix seconds. */
export async function busiestDay({ departures }: FlightSeries): Promise<number> {
  const days = await departures.series(await departures.list(), 'day', { ...quarter, condense: true });
  const [busiest] = [...days].sort(([, a], [, b]) => b - a);
  if (busiest === undefined) throw new Error('There are no departures');
  return busiest[0];
}

export interface MonthOfDelays {
  readonly flights: number;
  readonly mean: number;
  readonly p95: number | null;
}

/** Mean and 95th-percentile delay of each month in minutes, over all airports. */
export async function delaysByMonth({ delays }: FlightSeries): Promise<Map<number, MonthOfDelays>> {
  return delays.series(await delays.list(), 'month', {
    ...quarter,
    condense: true,
    transform: { flights: 'count', mean: 'mean', p95: 'p95' },
  });
}

/** Number of airports with flights from some origins, by week. */
export async function destinationsByWeek({ destinations }: FlightSeries): Promise<Map<number, number>> {
  return destinations.series(await destinations.list(), 'week', {
    ...quarter,
    transform: (data) => data.size,
  });
}

export interface Airport {
  readonly origin: string;
  readonly departures: number;
  /** Delay of the last flight in March, in minutes. */
  readonly lastDelay: number | null;
}

/** The airports with the most departures in the quarter. */
export async function busiestAirports(
  { departures, lastDelay }: FlightSeries,
  count: number,
): Promise<Airport[]> {
  const airports = await Promise.all(
    (await departures.list()).map(async (origin) => {
      const all = await departures.series(origin, 'month', { ...quarter, collapse: true });
      return { origin, departures: [...all.values()][0] ?? 0 };
    }),
  );
  airports.sort((a, b) => b.departures - a.departures || (a.origin < b.origin ? -1 : 1));
  return Promise.all(
    airports.slice(0, count).map(async (airport) => {
      const last = await lastDelay.get(airport.origin, 'month', { timestamp: quarter.end, condense: true });
      return { ...airport, lastDelay: [...last.values()][0] ?? null };
    }),
  );
}
