import { present, type Values } from './series.js';

type Aggregation = (values: Values) => number | null;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Aggregates the values that are not `null`; `null` if there are none. */
function of(aggregate: (values: readonly number[]) => number | undefined): Aggregation {
  return (values) => {
    const there = present(values);
    return there.length === 0 ? null : (aggregate(there) ?? null);
  };
}

const average = of((values) => sum(values) / values.length);
const last = of((values) => values.at(-1));
const total = of(sum);
const range = of((values) => greatest(values) - least(values));

export const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
export const greatest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 0 ? (below + above) / 2 : above;
}

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** Functions that aggregate several values into one, by Graphite's names. */
export const aggregations: ReadonlyMap<string, Aggregation> = new Map<string, Aggregation>([
  ['average', average],
  ['avg', average],
  ['avg_zero', (values) => (present(values).length === 0 ? null : sum(present(values)) / values.length)],
  ['count', of((values) => values.length)],
  ['current', last],
  ['diff', of(([first = 0, ...others]) => first - sum(others))],
  ['last', last],
  ['max', of(greatest)],
  ['median', of(median)],
  ['min', of(least)],
  [
    'multiply',
    (values) =>
      values.includes(null) ? null : present(values).reduce((product, value) => product * value, 1),
  ],
  ['range', range],
  ['rangeOf', range],
  ['stddev', of(deviation)],
  ['sum', total],
  ['total', total],
]);

export const averageOf = average;
export const sumOf = total;
export const leastOf = of(least);
export const greatestOf = of(greatest);
export const lastOf = last;
