import { averageOf, greatestOf, leastOf, sumOf } from '../aggregations.js';
import { formatNumber } from '../format-number.js';
import { normalize } from '../normalize.js';
import { present, type Series, type Values } from '../series.js';
import type { FunctionDefinition } from './definition.js';
import { type Parameter, SERIES_LIST } from './parameter.js';

const SERIES_LISTS: Parameter = { name: 'seriesLists', type: 'seriesList', required: true, multiple: true };

/** A function that combines the values of several series at each time. */
function combination(
  definition: Pick<FunctionDefinition, 'name' | 'aliases' | 'description'>,
  aggregate: (values: Values) => number | null,
): FunctionDefinition {
  return {
    ...definition,
    group: 'Combine',
    params: [SERIES_LISTS],
    evaluate: (args) =>
      combine(args.series('seriesLists'), aggregate, (paths) => `${definition.name}(${paths})`),
  };
}

function combine(
  given: readonly Series[],
  aggregate: (values: Values) => number | null,
  nameOf: (paths: string) => string,
): Series[] {
  const series = normalize(given);
  const [first] = series;
  if (first === undefined) return [];
  const name = nameOf([...new Set(series.map(({ path }) => path))].join(','));
  const source = series.every((each) => each.source === first.source) ? first.source : name;
  const values = first.grid.times.map((_, at) => aggregate(series.map((each) => each.values[at] ?? null)));
  return [{ name, path: name, source, grid: first.grid, values }];
}

export const sumSeries = combination(
  { name: 'sumSeries', aliases: ['sum'], description: 'Adds up what the series have at each time.' },
  sumOf,
);

export const averageSeries = combination(
  {
    name: 'averageSeries',
    aliases: ['avg'],
    description: 'The average of what the series have at each time.',
  },
  averageOf,
);

export const maxSeries = combination(
  { name: 'maxSeries', description: 'The greatest value that any of the series has at each time.' },
  greatestOf,
);

export const minSeries = combination(
  { name: 'minSeries', description: 'The least value that any of the series has at each time.' },
  leastOf,
);

export const divideSeries: FunctionDefinition = {
  name: 'divideSeries',
  group: 'Combine',
  description:
    'Divides each series by another, which has to be one. There is no value where the divisor has none or is 0.',
  params: [
    { name: 'dividendSeriesList', type: 'seriesList', required: true },
    { name: 'divisorSeries', type: 'seriesList', required: true },
  ],
  evaluate: (args) => {
    const [divisor, ...more] = args.series('divisorSeries');
    if (more.length > 0) {
      return args.refuse(`has ${more.length + 1} series for "divisorSeries"; expected one`);
    }
    return args.series('dividendSeriesList').map((dividend) => divide(dividend, divisor));
  },
};

function divide(dividend: Series, divisor: Series | undefined): Series {
  if (divisor === undefined) {
    const name = `divideSeries(${dividend.name},MISSING)`;
    return { ...dividend, name, path: name, values: dividend.values.map(() => null) };
  }
  const name = `divideSeries(${dividend.name},${divisor.name})`;
  const [above, below] = normalize([dividend, divisor]);
  const values = (above?.values ?? []).map((value, at) => {
    const by = below?.values[at] ?? null;
    return value === null || by === null || by === 0 ? null : value / by;
  });
  return { name, path: name, source: name, grid: above?.grid ?? dividend.grid, values };
}

export const percentileOfSeries: FunctionDefinition = {
  name: 'percentileOfSeries',
  group: 'Combine',
  description:
    'The n-th percentile of what the series have at each time: a value that one of them has, or with interpolate one between the two that are closest.',
  params: [
    SERIES_LIST,
    { name: 'n', type: 'float', required: true },
    { name: 'interpolate', type: 'boolean', default: false },
  ],
  evaluate: (args) => {
    const n = args.number('n');
    if (n <= 0 || n > 100) return args.refuse(`has ${n} for "n"; expected more than 0 and at most 100`);
    const series = args.series('seriesList');
    const [first] = series;
    const interpolate = args.flag('interpolate');
    const name = `percentileOfSeries(${first?.path ?? ''},${formatNumber(n)})`;
    return combine(
      series,
      (values) => percentile(present(values), n, interpolate),
      () => name,
    ).map((made) => ({ ...made, source: name }));
  },
};

/** The value at rank n/100 × (count + 1), from 1; rounded up unless it interpolates. */
function percentile(values: readonly number[], n: number, interpolate: boolean): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return null;
  const rank = (n / 100) * (sorted.length + 1);
  const whole = Math.ceil(rank);
  const upper = sorted[Math.max(whole, 1) - 1] ?? highest;
  const lower = sorted[Math.max(whole, 2) - 2] ?? highest;
  return interpolate && rank !== whole ? lower + (rank - (whole - 1)) * (upper - lower) : upper;
}
