import type { TimeseriesType, TransformName } from '@kairos/core';
import { BadRequest } from './bad-request.js';

/** Turns the result of a read into the number of a point. */
export interface PointValue {
  of(data: unknown): number | null;
  /** The number for a bucket that the read omitted. */
  readonly empty: number | null;
}

/**
 * The default transform of each type. A point is then a count, a gauge's value, the mean of a series or
 * histogram, or the number of a set's members.
 */
const OWN: Readonly<Record<TimeseriesType, TransformName | undefined>> = {
  count: undefined,
  gauge: undefined,
  series: 'mean',
  histogram: 'mean',
  set: 'count',
};

/** Transforms that return 0 for no data; all others return nothing. */
const ZERO_OF_NOTHING: readonly TransformName[] = ['count', 'sum', 'distinct', 'rate'];

const TRANSFORM = /^(?:mean|count|min|max|sum|rate|median|stddev|distinct|p(?:100|\d{1,2}(?:\.\d+)?))$/;

export function isTransform(name: string): name is TransformName {
  return TRANSFORM.test(name);
}

/** All transforms that a read needs; `undefined` if it needs none. */
export function transformsFor(
  type: TimeseriesType,
  wanted: ReadonlySet<TransformName | undefined>,
): TransformName[] | undefined {
  const transforms = [...wanted].map((each) => each ?? OWN[type]);
  if (transforms.every((each) => each === undefined)) return undefined;
  return [...new Set<TransformName>(['count', ...transforms.filter((each) => each !== undefined)])];
}

/** How to turn the result of a read with `transformsFor` into a point. */
export function pointValueOf(
  type: TimeseriesType,
  transform: TransformName | undefined,
  wanted: ReadonlySet<TransformName | undefined>,
): PointValue {
  const plain = transformsFor(type, wanted) === undefined;
  // The transform "count" returns a count or a gauge unchanged.
  const name = transform ?? OWN[type] ?? 'count';
  if (type === 'count' || type === 'gauge') {
    return {
      of: (data) => numberOf(plain ? data : property(data, name)),
      empty: type === 'count' ? 0 : null,
    };
  }
  if (type === 'histogram' && name === 'rate') {
    throw new BadRequest(
      'Transform "rate" of a histogram is not a number; expected "count", which scaleToSeconds(…, 1) turns into a rate',
    );
  }
  if (ZERO_OF_NOTHING.includes(name)) return { of: (data) => numberOf(property(data, name)), empty: 0 };
  const isEmpty = (data: unknown) => numberOf(property(data, 'count')) === 0;
  return { of: (data) => (isEmpty(data) ? null : numberOf(property(data, name))), empty: null };
}

function property(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
