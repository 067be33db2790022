import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const intervals = {
  hour: { step: '1h' },
  day: { step: 'daily', resolution: '1h' },
  month: { step: 'monthly', resolution: 'daily' },
} as const;

/** The definitions of the timeseries. Names are airports of origin. */
export const definitions = {
  departures: { type: 'count', intervals },
  delays: { type: 'histogram', intervals, valueType: 'int' },
  lastDelay: { type: 'gauge', intervals, valueType: 'int' },
  destinations: {
    type: 'set',
    intervals: { ...intervals, week: { step: 'weekly' } },
    valueType: 'string',
  },
} as const;

/** Four timeseries in one SQLite file. */
export type FlightSeries = Awaited<ReturnType<typeof openSeries>>;

export async function openSeries(file: string) {
  const kairos = new Kairos([sql]);
  const url = `sqlite:${file}`;
  return {
    departures: await kairos.timeseries(url, definitions.departures),
    delays: await kairos.timeseries(url, definitions.delays),
    lastDelay: await kairos.timeseries(url, definitions.lastDelay),
    destinations: await kairos.timeseries(url, definitions.destinations),
  };
}
