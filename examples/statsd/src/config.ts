import { defineConfig } from '@kairos/cli';

export const intervals = {
  second: { step: 1, steps: 300 },
  minute: { step: 60, steps: 24 * 60 },
} as const;

const common = {
  source: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
  prefix: process.env.STATSD_PREFIX ?? 'statsd',
  intervals,
} as const;

/** One timeseries for each type of statsd. A line goes to the one of its type, under its name. */
export default defineConfig({
  timeseries: {
    counts: { ...common, type: 'count' },
    gauges: { ...common, type: 'gauge' },
    histograms: { ...common, type: 'histogram' },
    sets: { ...common, type: 'set' },
  },
});
