import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const intervals = {
  hour: { step: '1h' },
  day: { step: 'daily', resolution: '1h' },
  month: { step: 'monthly', resolution: 'daily' },
} as const;

/** What is kept of the flights, by airport of origin: four timeseries in one SQLite file. */
export type FlightSeries = Awaited<ReturnType<typeof openSeries>>;

export async function openSeries(file: string) {
  const kairos = new Kairos([sql]);
  const url = `sqlite:${file}`;
  return {
    departures: await kairos.timeseries(url, { type: 'count', intervals }),
    delays: await kairos.timeseries(url, { type: 'histogram', intervals, valueType: 'int' }),
    lastDelay: await kairos.timeseries(url, { type: 'gauge', intervals, valueType: 'int' }),
    destinations: await kairos.timeseries(url, {
      type: 'set',
      intervals: { ...intervals, week: { step: 'weekly' } },
      valueType: 'string',
    }),
  };
}
