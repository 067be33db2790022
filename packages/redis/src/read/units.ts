import { type BucketQuery, countBuckets } from '@kairos/core';
import type { Placement } from '../placement.js';

/** What keys are of, and scripts go through: windows, where buckets share them, or buckets. */
export interface Units {
  readonly kind: 'windows' | 'buckets';
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** What a query covers of an interval. */
export function unitsOf({ first, last }: BucketQuery, { interval, windows }: Placement): Units {
  if (windows === undefined) {
    return { kind: 'buckets', first, last, count: countBuckets(interval.step, first, last) };
  }
  const range = windows.windowsOf(first, last);
  return { kind: 'windows', ...range, count: range.last - range.first + 1 };
}

/** Some of them of a name. */
export interface Span {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Spans of a bounded size. */
export function* partsOf(spans: Iterable<Span>, most: number): Generator<Span> {
  for (const { name, first, last } of spans) {
    for (let from = first; from <= last; from += most) {
      yield { name, first: from, last: Math.min(last, from + most - 1) };
    }
  }
}
