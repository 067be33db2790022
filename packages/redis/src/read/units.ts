import { type BucketQuery, countBuckets } from '@kairos/core';
import type { Placement } from '../placement.js';

/** The units that have keys and that scripts go through: windows if buckets share them, else buckets. */
export interface Units {
  readonly kind: 'windows' | 'buckets';
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** The units of an interval that a query covers. */
export function unitsOf({ first, last }: BucketQuery, { interval, windows }: Placement): Units {
  if (windows === undefined) {
    return { kind: 'buckets', first, last, count: countBuckets(interval.step, first, last) };
  }
  const range = windows.windowsOf(first, last);
  return { kind: 'windows', ...range, count: range.last - range.first + 1 };
}

/** A range of units of a name. */
export interface Span {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Divides spans into parts of a bounded size. */
export function* partsOf(spans: Iterable<Span>, most: number): Generator<Span> {
  for (const { name, first, last } of spans) {
    for (let from = first; from <= last; from += most) {
      yield { name, first: from, last: Math.min(last, from + most - 1) };
    }
  }
}
