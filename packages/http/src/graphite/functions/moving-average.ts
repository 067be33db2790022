import { averageOf } from '../aggregations.js';
import { formatNumber } from '../format-number.js';
import { present, type Series } from '../series.js';
import { offsetSeconds } from '../time.js';
import { type FunctionDefinition, SERIES_LIST } from './definition.js';

export const movingAverage: FunctionDefinition = {
  name: 'movingAverage',
  group: 'Calculate',
  description:
    'The average of so many points before each, or of the points in an interval before it. xFilesFactor is the part of them that has to be there.',
  params: [
    SERIES_LIST,
    {
      name: 'windowSize',
      type: 'intOrInterval',
      required: true,
      suggestions: [5, 7, 10, '1min', '5min', '10min', '30min', '1hour'],
    },
    { name: 'xFilesFactor', type: 'float' },
  ],
  lookback: (args, step) => {
    const window = args.pointsOrInterval('windowSize');
    return typeof window === 'number' ? window * step : (offsetSeconds(window) ?? 0);
  },
  evaluate: (args) => {
    const window = args.pointsOrInterval('windowSize');
    const shown = typeof window === 'number' ? formatNumber(window) : `"${window}"`;
    const part = args.optionalNumber('xFilesFactor') ?? 0;
    return args.series('seriesList').map((series) => {
      const { step } = series.grid;
      const seconds = typeof window === 'number' ? window * step : (offsetSeconds(window) ?? 0);
      const name = `movingAverage(${series.name},${shown})`;
      return averaged(series, name, { seconds, points: Math.floor(seconds / step), part });
    });
  },
};

interface Window {
  /** The seconds by which the series begins before the range. */
  readonly seconds: number;
  readonly points: number;
  readonly part: number;
}

function averaged(series: Series, name: string, { seconds, points, part }: Window): Series {
  const { times, step, regular } = series.grid;
  const from = (times[0] ?? 0) + seconds - (regular ? 0 : step / 2);
  const first = times.findIndex((time) => time >= from);
  if (first < 0) return { ...series, name, path: name, grid: { ...series.grid, times: [] }, values: [] };
  const values = times.slice(first).map((_, offset) => {
    const at = first + offset;
    const within = series.values.slice(Math.max(0, at - points), at);
    const enough = points > 0 && present(within).length / points >= part;
    return enough ? averageOf(within) : null;
  });
  return { ...series, name, path: name, grid: { ...series.grid, times: times.slice(first) }, values };
}
