import type { FunctionDefinition } from './definition.js';
import { SERIES_LIST } from './parameter.js';

/**
 * Kairos' own function: the transform that turns a bucket's data into a point. The plan applies it when it
 * reads; this function only names the series.
 */
export const transform: FunctionDefinition = {
  name: 'transform',
  group: 'Special',
  description:
    'Reads names with a transform of Kairos in place of the mean (or the number, of a set): mean, count, min, max, sum, rate, median, stddev, distinct, or a percentile such as p95.',
  params: [
    SERIES_LIST,
    {
      name: 'transform',
      type: 'transform',
      required: true,
      suggestions: ['p95', 'p99', 'median', 'max', 'min', 'count', 'sum', 'rate'],
    },
  ],
  evaluate: (args) =>
    args.series('seriesList').map((series) => {
      const name = `transform(${series.name},"${args.text('transform')}")`;
      return { ...series, name, path: name };
    }),
};
