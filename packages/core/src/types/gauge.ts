import type { Value } from '../values/insertable.js';
import type { DataType } from './data-type.js';
import { transformWith } from './transforms.js';

export const gauge: DataType<'gauge'> = {
  type: 'gauge',
  ordered: true,
  empty: () => null,
  of: <V>(values: Iterable<V>) => {
    let last: V | null = null;
    for (const value of values) last = value;
    return last;
  },
  add: (into, later) => later ?? into,
  /** The last name's reading; zero and the empty string give way to any other reading. */
  join: (rows) => rows.findLast((row) => Boolean(row)) ?? rows.findLast((row) => row !== null) ?? null,
  map: (data, fn) => (data === null ? null : fn(data)),
  is: <V>(_data: unknown): _data is V | null => true,
  transform: transformWith<Value | null>({}),
};
