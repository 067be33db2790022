import type { DataType } from './data-type.js';
import { transformWith } from './transforms.js';

const add = (into: number, later: number) => into + later;

export const count: DataType<'count'> = {
  type: 'count',
  ordered: false,
  empty: () => 0,
  of: (values) => {
    let total = 0;
    for (const amount of values) total += Number(amount);
    return total;
  },
  add,
  join: (rows) => rows.reduce(add, 0),
  map: (data) => data,
  is: (data) => typeof data === 'number',
  transform: transformWith<number>({ rate: (data, duration) => data / duration }),
};
