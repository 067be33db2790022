import { EARLIEST, LATEST, type Timescale } from './timescale.js';

/** Buckets of a fixed number of seconds, counted from the epoch by floor division, also before 1970. */
export function relativeTimescale(seconds: number): Timescale {
  return {
    unit: seconds,
    longest: seconds,
    firstOrdinal: Math.floor(EARLIEST / seconds),
    lastOrdinal: Math.floor(LATEST / seconds),
    // Whole seconds first: a fraction just before a boundary must not be rounded onto it. `+ 0` makes -0 a 0.
    bucketOf: (timestamp) => Math.floor(Math.floor(timestamp) / seconds) + 0,
    startOf: (bucket) => bucket * seconds,
    durationOf: (bucket, last = bucket) => (last - bucket + 1) * seconds,
    ordinalOf: (bucket) => bucket,
    bucketAt: (ordinal) => ordinal,
  };
}
