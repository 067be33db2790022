import { type DataType, transformWith } from './data-type.js';
import { extreme, mean, sum } from './numbers.js';
import type { Value } from './value.js';

const weigh = (data: readonly Value[]) => data.map((value) => [value, 1] as const);

export const series: DataType<'series'> = {
  type: 'series',
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
    sum: (data) => sum(weigh(data), 'sum'),
    rate: (data, duration) => data.length / duration,
  }),
};
