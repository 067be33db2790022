import type { Value } from '../values/insertable.js';
import type { TransformName, transformNames } from './data-type.js';
import { distinct, percentile, stddev } from './distribution.js';
import { extreme } from './extremes.js';
import { isPercentile, MEDIAN, type PercentileName, shareOf } from './percentile-name.js';
import { mean, sum, type Weighted } from './sums.js';

type Transform<D> = (data: D, durationSeconds: number, bigints: boolean) => unknown;
type Transforms<D> = { readonly [N in (typeof transformNames)[number]]?: Transform<D> } & {
  readonly percentile?: (data: D, name: PercentileName) => unknown;
};

/** Builds the `transform` of a type from the transforms that the type defines. */
export function transformWith<D>(
  transforms: Transforms<D>,
): (name: TransformName, data: D, duration: number, bigints?: boolean) => unknown {
  return (name, data, duration, bigints = false) => {
    if (isPercentile(name))
      return transforms.percentile === undefined ? data : transforms.percentile(data, name);
    const transform = transforms[name];
    return transform === undefined ? data : transform(data, duration, bigints);
  };
}

/** The differences between the types that hold several values. */
interface Values<D> {
  values(data: D): Iterable<Value>;
  /** Each value with how often it occurs. */
  weighted(data: D): readonly Weighted[];
  count(data: D): number;
  rate(data: D, durationSeconds: number): unknown;
}

/** The transforms of a type that holds several values. */
export function transformsOfValues<D>({ values, weighted, count, rate }: Values<D>) {
  return transformWith<D>({
    mean: (data) => mean(weighted(data)),
    count,
    min: (data) => extreme(values(data), 'min'),
    max: (data) => extreme(values(data), 'max'),
    sum: (data, _, bigints) => sum(weighted(data), 'sum', bigints),
    rate,
    median: (data) => percentile(weighted(data), 'median', MEDIAN),
    stddev: (data) => stddev(weighted(data)),
    distinct: (data) => distinct(weighted(data)),
    percentile: (data, name) => percentile(weighted(data), name, shareOf(name)),
  });
}
