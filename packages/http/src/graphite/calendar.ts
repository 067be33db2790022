import type { CalendarUnit, TimeUnit } from '@kairos/core';
import { fromLocal, offsetAt } from './zone.js';

const HOUR = 3600;
const DAY = 86_400;

/** Seconds of a calendar unit's shortest bucket, apart from weeks cut at New Year. */
const SHORTEST: Readonly<Record<CalendarUnit, number>> = {
  hourly: HOUR,
  daily: DAY,
  weekly: 7 * DAY,
  isoWeekly: 7 * DAY,
  monthly: 28 * DAY,
  quarterly: 90 * DAY,
  yearly: 365 * DAY,
};

const LONGEST: Readonly<Record<CalendarUnit, number>> = {
  ...SHORTEST,
  monthly: 31 * DAY,
  quarterly: 92 * DAY,
  yearly: 366 * DAY,
};

const STARTS_ON: Readonly<Record<Exclude<CalendarUnit, 'hourly'>, (date: Date) => boolean>> = {
  daily: () => true,
  weekly: (date) => date.getUTCDay() === 0 || isFirst(date, 12),
  isoWeekly: (date) => date.getUTCDay() === 1,
  monthly: (date) => isFirst(date, 1),
  quarterly: (date) => isFirst(date, 3),
  yearly: (date) => isFirst(date, 12),
};

function isFirst(date: Date, months: number): boolean {
  return date.getUTCDate() === 1 && date.getUTCMonth() % months === 0;
}

/** Seconds of a bucket; for calendar units, of the shortest. */
export function shortestOf(unit: TimeUnit): number {
  return typeof unit === 'number' ? unit : SHORTEST[unit];
}

export function longestOf(unit: TimeUnit): number {
  return typeof unit === 'number' ? unit : LONGEST[unit];
}

/** Whether all buckets of a unit take equally long in a timezone. */
export function isRegular(unit: TimeUnit, zone: string): boolean {
  if (typeof unit === 'number') return true;
  return zone === 'UTC' && (unit === 'hourly' || unit === 'daily' || unit === 'isoWeekly');
}

/** The starts of a resolution's buckets within a bucket from `start` to `end`. The first one is cut at `start`. */
export function startsWithin(unit: TimeUnit, zone: string, start: number, end: number): number[] {
  const starts = [start];
  if (typeof unit === 'number' || unit === 'hourly') {
    const step = shortestOf(unit);
    const first = typeof unit === 'number' ? (Math.floor(start / step) + 1) * step : start + step;
    for (let time = first; time < end; time += step) starts.push(time);
    return starts;
  }
  const firstDay = Math.floor((start + offsetAt(zone, start)) / DAY) + 1;
  for (let day = firstDay; ; day++) {
    const time = fromLocal(zone, day * DAY);
    if (time >= end) break;
    if (STARTS_ON[unit](new Date(day * DAY * 1000))) starts.push(time);
  }
  return starts;
}
