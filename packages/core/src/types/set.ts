import type { Value } from '../values/insertable.js';
import { isSet } from '../values/kinds.js';
import { identityOf } from '../values/value.js';
import type { DataType } from './data-type.js';
import { transformsOfValues } from './transforms.js';

/** Adds values that are not there yet; values that are objects are compared by content. */
function unite<V>(into: Set<V>, later: Iterable<V>): Set<V> {
  let objects: Set<unknown> | undefined;
  for (const value of later) {
    if (typeof value === 'object') {
      objects ??= new Set([...into].map(identityOf));
      const identity = identityOf(value);
      if (objects.has(identity)) continue;
      objects.add(identity);
    }
    into.add(value);
  }
  return into;
}

export const set: DataType<'set'> = {
  type: 'set',
  ordered: false,
  empty: () => new Set(),
  of: (values) => new Set(values),
  add: unite,
  join: (rows) => rows.reduce((into, row) => unite(into, row), new Set()),
  map: (data, fn) =>
    unite(
      new Set(),
      [...data].map((value) => fn(value)),
    ),
  is: <V>(data: unknown): data is Set<V> => isSet(data),
  transform: transformsOfValues<Set<Value>>({
    values: (data) => data,
    weighted: (data) => Array.from(data, (value) => [value, 1]),
    count: (data) => data.size,
    rate: (data, duration) => data.size / duration,
  }),
};
