import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { intervals } from './config.js';

/** The timeseries of the configuration, opened for reading. */
export type StatsdSeries = Awaited<ReturnType<typeof openSeries>>;

export async function openSeries(url: string, prefix: string) {
  const kairos = new Kairos([redis]);
  const common = { intervals, prefix } as const;
  return {
    counts: await kairos.timeseries(url, { ...common, type: 'count' }),
    gauges: await kairos.timeseries(url, { ...common, type: 'gauge' }),
    histograms: await kairos.timeseries(url, {
      ...common,
      type: 'histogram',
      readFunc: (value) => Number(value),
    }),
    sets: await kairos.timeseries(url, { ...common, type: 'set' }),
  };
}

export async function closeSeries(series: StatsdSeries): Promise<void> {
  for (const each of Object.values(series)) await each.close();
}
