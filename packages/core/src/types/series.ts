import type { Value } from '../values/insertable.js';
import type { DataType } from './data-type.js';
import { transformsOfValues } from './transforms.js';

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
  transform: transformsOfValues<Value[]>({
    values: (data) => data,
    weighted: (data) => data.map((value) => [value, 1]),
    count: (data) => data.length,
    rate: (data, duration) => data.length / duration,
  }),
};
