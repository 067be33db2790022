import type { TimeseriesType, TransformName } from '../types/data-type.js';
import { finished, meanOf } from '../types/sums.js';
import type { Statistic, Summary } from './summary.js';

const NEEDED: { readonly [name: string]: readonly Statistic[] } = {
  mean: ['count', 'sum'],
  count: ['count'],
  sum: ['sum'],
  min: ['min'],
  max: ['max'],
};

/** The statistics that a built-in transform needs, or `null` if it needs the data itself. */
export function statisticsFor(type: TimeseriesType, name: TransformName): readonly Statistic[] | null {
  if (type !== 'series' && type !== 'histogram') return null;
  // The rate of a histogram is that of each value.
  if (name === 'rate') return type === 'series' ? ['count'] : null;
  return NEEDED[name] ?? null;
}

/** Applies a built-in transform to a summary. */
export function transformSummary(
  name: TransformName,
  summary: Summary,
  durationSeconds: number,
  bigints: boolean,
): unknown {
  switch (name) {
    case 'mean':
      return summary.count === 0 ? 0 : meanOf(told(summary, 'sum'), told(summary, 'count'));
    case 'sum':
      return finished(told(summary, 'sum'), bigints);
    case 'rate':
      return told(summary, 'count') / durationSeconds;
    case 'count':
      return told(summary, 'count');
    case 'min':
    case 'max':
      return summary.count === 0 ? 0 : told(summary, name);
    default:
      throw new TypeError(`Transform "${name}" cannot be computed from a summary`);
  }
}

function told<S extends Statistic>(summary: Summary, statistic: S): NonNullable<Summary[S]> {
  const value = summary[statistic];
  if (value !== undefined) return value;
  throw new TypeError(`A summary lacks the ${statistic} that the read asked for`);
}
