import type { Value } from '../values/insertable.js';
import { type DataType, transformWith } from './data-type.js';
import { distinct, percentile, stddev } from './distribution.js';
import { extreme } from './extremes.js';
import { MEDIAN, shareOf } from './percentile-name.js';
import { mean, sum } from './sums.js';

const weigh = (data: readonly Value[]) => data.map((value) => [value, 1] as const);

export const series: DataType<'series'> = {
  type: 'series',
  ordered: true,
  empty: () => [],
  of: (values) => [...values],
  add: (into, later) => {
    for (const value of later) into.push(value);
    return into;
  },
  join: (rows) => rows.flat(),
  map: (data, fn) => data.map((value) => fn(value)),
  is: (data) => Array.isArray(data),
  transform: transformWith<Value[]>({
    mean: (data) => mean(weigh(data)),
    count: (data) => data.length,
    min: (data) => extreme(data, 'min'),
    max: (data) => extreme(data, 'max'),
    sum: (data, _, bigints) => sum(weigh(data), 'sum', bigints),
    rate: (data, duration) => data.length / duration,
    median: (data) => percentile(weigh(data), 'median', MEDIAN),
    stddev: (data) => stddev(weigh(data)),
    distinct: (data) => distinct(weigh(data)),
    percentile: (data, name) => percentile(weigh(data), name, shareOf(name)),
  }),
};
