import { greatestOf, lastOf } from '../aggregations.js';
import type { Series, Values } from '../series.js';
import type { FunctionDefinition } from './definition.js';
import { type Parameter, SERIES_LIST } from './parameter.js';

const N: Parameter = { name: 'n', type: 'integer', required: true };

/** Sorts series by an aggregation of their values, the largest first, and those without values last. */
function descending(series: readonly Series[], by: (values: Values) => number | null): Series[] {
  return series
    .map((each) => ({ each, key: by(each.values) ?? -Infinity }))
    .sort((a, b) => (a.key === b.key ? 0 : b.key - a.key))
    .map(({ each }) => each);
}

export const limit: FunctionDefinition = {
  name: 'limit',
  group: 'Filter Series',
  description: 'The first n of the series.',
  params: [SERIES_LIST, N],
  evaluate: (args) => args.series('seriesList').slice(0, Math.max(0, args.number('n'))),
};

export const highestCurrent: FunctionDefinition = {
  name: 'highestCurrent',
  group: 'Filter Series',
  description: 'The n series whose last value is the highest, the highest first.',
  params: [SERIES_LIST, N],
  evaluate: (args) => descending(args.series('seriesList'), lastOf).slice(0, Math.max(0, args.number('n'))),
};

export const sortByMaxima: FunctionDefinition = {
  name: 'sortByMaxima',
  group: 'Sorting',
  description: 'Sorts the series by their greatest value, the greatest first.',
  params: [SERIES_LIST],
  evaluate: (args) => descending(args.series('seriesList'), greatestOf),
};
