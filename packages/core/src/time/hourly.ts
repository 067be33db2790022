import { dateOfDay, dayOfDate } from './civil.js';
import type { DayLine } from './day-line.js';
import { DAY, EARLIEST, HOUR, LATEST, type Timescale } from './timescale.js';

/**
 * Hours that start with the local day: the integers `YYYYMMDDHH`, of which `HH` counts the hours since the day began.
 * A day may have 23 or 25 hours if the clocks change, and its last one may be shorter.
 */
export function hourlyTimescale(days: DayLine): Timescale {
  const origin = days.startOf(0);
  const hourOf = (bucket: number) => bucket - Math.floor(bucket / 100) * 100;
  const startOf = (bucket: number) => days.startOf(dayOf(bucket)) + hourOf(bucket) * HOUR;
  /** The ordinal of a day's first hour: hours since the first one of 1970. Short hours count as whole ones. */
  const firstOf = (day: number) => (days.startOf(day) - origin + days.missingSecondsBefore(day)) / HOUR;
  const ordinalOf = (bucket: number) => firstOf(dayOf(bucket)) + hourOf(bucket);
  const bucketAt = (ordinal: number) => {
    const near = Math.floor((ordinal * HOUR) / DAY);
    let day = days.dayOf(origin + ordinal * HOUR - days.missingSecondsBefore(near));
    while (firstOf(day) > ordinal) day--;
    // A date that the timezone skipped has no hours: it starts with the next one.
    while (firstOf(day + 1) <= ordinal) day++;
    return dateOfDay(day) * 100 + ordinal - firstOf(day);
  };
  return {
    unit: 'hourly',
    longest: HOUR,
    // A few days short of the limits, because the exact hour would depend on every earlier clock change.
    firstOrdinal: Math.ceil((EARLIEST - origin) / HOUR) + 24,
    lastOrdinal: Math.floor((LATEST - origin) / HOUR) - 24,
    bucketOf: (timestamp) => {
      const day = days.dayOf(timestamp);
      return dateOfDay(day) * 100 + Math.floor((Math.floor(timestamp) - days.startOf(day)) / HOUR);
    },
    startOf,
    durationOf: (bucket, last = bucket) => startOf(bucketAt(ordinalOf(last) + 1)) - startOf(bucket),
    ordinalOf,
    bucketAt,
  };
}

function dayOf(bucket: number): number {
  const date = Math.floor(bucket / 100);
  return dayOfDate(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
}
