import type { TimeseriesType, TransformName } from '@kairos/core';

/** What a read asks for, so that a bucket has one number. */
export interface PointOptions {
  readonly transform?: readonly TransformName[];
}

/**
 * The number of a bucket: a count, a gauge's value, the mean of a series or histogram, how many members a set has. A
 * bucket without data has none, but counts and sets have 0.
 */
export interface PointValue {
  readonly options: PointOptions;
  /** What the read returned for a bucket, as a number. */
  of(data: unknown): number | null;
  /** The number of a bucket that the read left out. */
  readonly empty: number | null;
}

const MEAN: PointValue = {
  options: { transform: ['count', 'mean'] },
  of: (data) => (numberOf(property(data, 'count')) === 0 ? null : numberOf(property(data, 'mean'))),
  empty: null,
};

const POINT_VALUES: Readonly<Record<TimeseriesType, PointValue>> = {
  count: { options: {}, of: numberOf, empty: 0 },
  gauge: { options: {}, of: numberOf, empty: null },
  series: MEAN,
  histogram: MEAN,
  set: { options: { transform: ['count'] }, of: (data) => numberOf(property(data, 'count')), empty: 0 },
};

export function pointValueOf(type: TimeseriesType): PointValue {
  return POINT_VALUES[type];
}

function property(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
