import { EARLIEST, LATEST, type Timescale } from './timescale.js';

/** Buckets of a fixed number of seconds, counted from the epoch by floor division, also before 1970. */
export function relativeTimescale(seconds: number): Timescale {
  return {
    unit: seconds,
    longest: seconds,
    firstOrdinal: Math.floor(EARLIEST / seconds),
    lastOrdinal: Math.floor(LATEST / seconds),
    bucketOf: (timestamp) => Math.floor(timestamp / seconds),
    startOf: (bucket) => bucket * seconds,
    durationOf: () => seconds,
    ordinalOf: (bucket) => bucket,
    bucketAt: (ordinal) => ordinal,
  };
}
