import { InvalidValueError } from '../errors.js';
import { DAY, type Timescale } from './timescale.js';
import { isUnitOfDays } from './unit.js';

/** A configured interval: how it cuts time, how finely, and how long it is kept. */
export interface Interval {
  readonly name: string;
  readonly step: Timescale;
  /** The finer cut inside each bucket, or `null` if there is none. */
  readonly resolution: Timescale | null;
  /** Number of buckets to keep, or `null` for all. */
  readonly steps: number | null;
}

/** The place of a timestamp: the interval's bucket, and the bucket of its resolution (0 without one). */
export interface Place {
  readonly bucket: number;
  readonly resolution: number;
}

export function locate(interval: Interval, timestamp: number): Place {
  return {
    bucket: interval.step.bucketOf(timestamp),
    resolution: interval.resolution === null ? 0 : interval.resolution.bucketOf(timestamp),
  };
}

/**
 * The bucket `count` places after (or before) another. Outside the years 1 to 9999 it throws an `InvalidValueError`
 * that names the option that the count comes from.
 */
export function shiftBucket(scale: Timescale, bucket: number, count: number, option: string): number {
  const shifted = shiftWithin(scale, bucket, count);
  if (shifted !== null) return shifted;
  const direction = count < 0 ? 'before' : 'after';
  throw new InvalidValueError(
    `Option "${option}" leads ${Math.abs(count)} buckets ${direction} ${new Date(scale.startOf(bucket) * 1000).toISOString()}; expected a bucket within the years 1 to 9999`,
  );
}

function shiftWithin(scale: Timescale, bucket: number, count: number): number | null {
  const ordinal = scale.ordinalOf(bucket) + count;
  return ordinal >= scale.firstOrdinal && ordinal <= scale.lastOrdinal ? scale.bucketAt(ordinal) : null;
}

/** Number of buckets from `first` to `last`, both included; 0 or less if `last` comes before `first`. */
export function countBuckets(scale: Timescale, first: number, last: number): number {
  return scale.ordinalOf(last) - scale.ordinalOf(first) + 1;
}

/** The buckets from `first` to `last`, both included, ascending. */
export function* bucketsBetween(scale: Timescale, first: number, last: number): Generator<number> {
  const end = scale.ordinalOf(last);
  for (let ordinal = scale.ordinalOf(first); ordinal <= end; ordinal++) yield scale.bucketAt(ordinal);
}

/** The timestamp of a resolution bucket: its own start or that of the bucket that cuts it, whichever is later. */
export function resolutionStart(interval: Interval, bucket: number, resolution: number): number {
  const start = interval.step.startOf(bucket);
  return interval.resolution === null ? start : Math.max(start, interval.resolution.startOf(resolution));
}

/** Seconds covered by a resolution bucket, after it is cut at the edges of its interval's bucket. */
export function resolutionDuration(interval: Interval, bucket: number, resolution: number): number {
  const { step, resolution: finer } = interval;
  if (finer === null) return step.durationOf(bucket);
  const [start, end] = [finer.startOf(resolution), endOf(finer, resolution)];
  const [bucketStart, bucketEnd] = [step.startOf(bucket), endOf(step, bucket)];
  if (start >= bucketStart && end <= bucketEnd) return finer.durationOf(resolution);
  const seconds = Math.min(end, bucketEnd) - Math.max(start, bucketStart);
  return isUnitOfDays(step.unit) && isUnitOfDays(finer.unit) ? Math.round(seconds / DAY) * DAY : seconds;
}

/** The first Unix second after a bucket. */
export function endOf(scale: Timescale, bucket: number): number {
  return scale.startOf(scale.bucketAt(scale.ordinalOf(bucket) + 1));
}

/** The oldest bucket to keep at `now`, or `null` if nothing is too old. */
export function oldestKept(interval: Interval, now: number): number | null {
  if (interval.steps === null) return null;
  return shiftWithin(interval.step, interval.step.bucketOf(now), 1 - interval.steps);
}

/** The Unix second from which a bucket is past its retention, or `null` for never. */
export function expiryOf(interval: Interval, bucket: number): number | null {
  if (interval.steps === null) return null;
  const next = shiftWithin(interval.step, bucket, interval.steps);
  return next === null ? null : interval.step.startOf(next);
}
