import type { Value } from '../values/insertable.js';
import { isMap } from '../values/kinds.js';
import { identityOf } from '../values/value.js';
import type { DataType } from './data-type.js';
import { transformsOfValues } from './transforms.js';

/** Adds counts under equal values; values that are objects are compared by content. */
function tally<V>(into: Map<V, number>, later: Iterable<readonly [V, number]>): Map<V, number> {
  let objects: Map<unknown, V> | undefined;
  for (const [value, count] of later) {
    let key = value;
    if (typeof value === 'object') {
      objects ??= new Map([...into.keys()].map((known) => [identityOf(known), known]));
      const identity = identityOf(value);
      key = objects.get(identity) ?? value;
      objects.set(identity, key);
    }
    into.set(key, (into.get(key) ?? 0) + count);
  }
  return into;
}

const total = (data: ReadonlyMap<unknown, number>) => {
  let count = 0;
  for (const each of data.values()) count += each;
  return count;
};

export const histogram: DataType<'histogram'> = {
  type: 'histogram',
  ordered: false,
  empty: () => new Map(),
  of: (values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  },
  add: tally,
  join: (rows) => rows.reduce((into, row) => tally(into, row), new Map()),
  map: (data, fn) => {
    const mapped: (readonly [ReturnType<typeof fn>, number])[] = [];
    for (const [value, count] of data) mapped.push([fn(value), count]);
    return tally(new Map(), mapped);
  },
  is: <V>(data: unknown): data is Map<V, number> => isMap(data),
  transform: transformsOfValues<Map<Value, number>>({
    values: (data) => data.keys(),
    weighted: (data) => [...data],
    count: total,
    rate: (data, duration) => new Map([...data].map(([value, count]) => [value, count / duration])),
  }),
};
