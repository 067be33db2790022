/** How a step or a resolution cuts time: a whole number of seconds from the epoch, or a calendar unit. */
export type TimeUnit = number | CalendarUnit;

/** All units of the calendar, from the shortest on. */
export const calendarUnits = [
  'hourly',
  'daily',
  'weekly',
  'isoWeekly',
  'monthly',
  'quarterly',
  'yearly',
] as const;

/**
 * Calendar units in a timezone. `hourly` starts with the local day. `weekly` starts on Sundays and is cut at New Year;
 * `isoWeekly` starts on Mondays and is never cut.
 */
export type CalendarUnit = (typeof calendarUnits)[number];

/**
 * Time cut into consecutive buckets, without gap or overlap. A bucket is an integer; buckets compare as their times do.
 * Calendar buckets are not consecutive integers (20240301 follows 20240229), so each bucket also has an ordinal;
 * ordinals are consecutive.
 */
export interface Timescale {
  readonly unit: TimeUnit;
  /** Seconds of the longest bucket. */
  readonly longest: number;
  /** Ordinals of the first and the last bucket that Kairos supports. */
  readonly firstOrdinal: number;
  readonly lastOrdinal: number;
  /** The bucket that contains a timestamp (Unix seconds, fractions allowed). */
  bucketOf(timestamp: number): number;
  /** The first Unix second of a bucket. */
  startOf(bucket: number): number;
  /**
   * Seconds covered by a bucket, or by all from it to `last`. Calendar buckets count whole days of 86,400 seconds,
   * except hours, which count real seconds.
   */
  durationOf(bucket: number, last?: number): number;
  /** The bucket's place in the sequence of all buckets. */
  ordinalOf(bucket: number): number;
  /** The bucket at a place in the sequence; the inverse of `ordinalOf`. */
  bucketAt(ordinal: number): number;
}

export const HOUR = 3600;
export const DAY = 86_400;

/** Kairos supports timestamps in the years 1 to 9999, except for a day at either end, to leave room for timezones. */
export const EARLIEST = -62_135_510_400;
export const LATEST = 253_402_214_400;
