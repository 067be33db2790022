import { countBuckets, endOf, type Interval } from '../time/interval.js';
import type { Range } from './range.js';

/** How many buckets a series covers. */
export interface Coverage {
  /** Number of buckets. */
  readonly buckets: number;
  /** Number of resolution buckets in them, whole or in part; the same as `buckets` without a resolution. */
  readonly resolutions: number;
}

/** The same from the first bucket of a range to the last. */
export function coverageOf({ step, resolution }: Interval, { first, last }: Range): Coverage {
  const buckets = countBuckets(step, first, last);
  if (resolution === null) return { buckets, resolutions: buckets };
  const end = endOf(step, last);
  const [from, to] = [resolution.bucketOf(step.startOf(first)), resolution.bucketOf(end - 1)];
  return { buckets, resolutions: countBuckets(resolution, from, to) };
}
