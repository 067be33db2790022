import type { Value } from '../values/insertable.js';
import { isSet } from '../values/kinds.js';
import { identityOf } from '../values/value.js';
import { type DataType, transformWith } from './data-type.js';
import { distinct, percentile, stddev } from './distribution.js';
import { extreme } from './extremes.js';
import { MEDIAN, shareOf } from './percentile-name.js';
import { mean, sum } from './sums.js';

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

const weigh = (data: ReadonlySet<Value>) => [...data].map((value) => [value, 1] as const);

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
  transform: transformWith<Set<Value>>({
    mean: (data) => mean(weigh(data)),
    count: (data) => data.size,
    min: (data) => extreme(data, 'min'),
    max: (data) => extreme(data, 'max'),
    sum: (data, _, bigints) => sum(weigh(data), 'sum', bigints),
    rate: (data, duration) => data.size / duration,
    median: (data) => percentile(weigh(data), 'median', MEDIAN),
    stddev: (data) => stddev(weigh(data)),
    distinct: (data) => distinct(weigh(data)),
    percentile: (data, name) => percentile(weigh(data), name, shareOf(name)),
  }),
};
