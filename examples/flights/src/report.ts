import { table } from '@kairos-examples/table';
import {
  busiestAirports,
  busiestDay,
  delaysByMonth,
  departuresByHour,
  destinationsByWeek,
} from './questions.js';
import type { FlightSeries } from './timeseries.js';

const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const hour = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 16);

/** Yields the answers as text, one block each. */
export async function* report(series: FlightSeries): AsyncGenerator<string> {
  const day = await busiestDay(series);
  const hours = [...(await departuresByHour(series, new Date(day * 1000)))];
  yield block(
    `Departures by hour on the busiest day, ${date(day)}`,
    table(
      hours,
      [
        { heading: 'hour', text: ([start]) => hour(start) },
        { heading: 'flights', text: ([, flights]) => flights },
      ],
      ([, flights]) => flights,
    ),
  );

  yield block(
    'Delay in minutes by month',
    table(
      [...(await delaysByMonth(series))],
      [
        { heading: 'month', text: ([start]) => date(start).slice(0, 7) },
        { heading: 'flights', text: ([, { flights }]) => flights },
        { heading: 'mean', text: ([, { mean }]) => mean.toFixed(2), right: true },
        { heading: 'p95', text: ([, { p95 }]) => p95?.toFixed(1) ?? '', right: true },
      ],
      ([, { mean }]) => mean,
    ),
  );

  yield block(
    'Airports flown to by week',
    table(
      [...(await destinationsByWeek(series))],
      [
        { heading: 'week of', text: ([start]) => date(start) },
        { heading: 'airports', text: ([, airports]) => airports },
      ],
      ([, airports]) => airports,
    ),
  );

  yield block(
    'The busiest airports of the quarter',
    table(
      await busiestAirports(series, 8),
      [
        { heading: 'from', text: ({ origin }) => origin },
        { heading: 'flights', text: ({ departures }) => departures },
        { heading: 'last delay', text: ({ lastDelay }) => lastDelay ?? '', right: true },
      ],
      ({ departures }) => departures,
    ),
  );
}

function block(title: string, text: string): string {
  return `\n${title}\n${text}`;
}
