import type { ChartKind } from './board.js';
import type { TimeseriesType } from './timeseries-info.js';

const DISTRIBUTION = [
  'mean',
  'median',
  'p90',
  'p95',
  'p99',
  'min',
  'max',
  'stddev',
  'sum',
  'count',
  'rate',
  'distinct',
];

/** Transforms that have a result for a bucket without values. */
const OF_NOTHING = new Set(['count', 'sum', 'rate', 'distinct']);

const LABELS: Readonly<Record<string, string>> = {
  rate: 'per second',
  stddev: 'std. deviation',
  distinct: 'distinct values',
};

/** The transforms on offer for a type, the usual one first. The rate of a histogram is left out: it is not a figure. */
export function transformsOf(type: TimeseriesType): readonly string[] {
  if (type === 'count') return ['rate'];
  if (type === 'gauge') return [];
  if (type === 'histogram') return DISTRIBUTION.filter((name) => name !== 'rate');
  return type === 'set' ? ['distinct', ...DISTRIBUTION.filter((name) => name !== 'distinct')] : DISTRIBUTION;
}

/** The transforms that a chart shows: its own, or the usual one of the type. */
export function shownTransforms(type: TimeseriesType, chosen: readonly string[]): readonly string[] {
  if (type === 'count') return chosen.filter((name) => name === 'rate').slice(0, 1);
  if (type === 'gauge') return [];
  return chosen.length > 0 ? chosen : transformsOf(type).slice(0, 1);
}

/** The transforms to ask for. They include `count` if it is needed to tell a mean of 0 from a mean of nothing. */
export function neededTransforms(shown: readonly string[]): readonly string[] {
  const telling =
    shown.length === 0 || shown.includes('count') || shown.every((name) => OF_NOTHING.has(name));
  return telling ? shown : [...shown, 'count'];
}

export const isOfNothing = (transform: string): boolean => OF_NOTHING.has(transform);

export function transformLabel(transform: string): string {
  return LABELS[transform] ?? transform;
}

/** The kinds of charts that can show a type. */
export function kindsOf(type: TimeseriesType): readonly ChartKind[] {
  return type === 'histogram' || type === 'series'
    ? ['lines', 'bars', 'heat', 'figure']
    : ['lines', 'bars', 'figure'];
}

/** The default kind of chart for a type. */
export function usualKind(type: TimeseriesType): ChartKind {
  if (type === 'count') return 'bars';
  return type === 'histogram' ? 'heat' : 'lines';
}
