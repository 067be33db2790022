import { dateOfDay, dayOfDate, weekday } from './civil.js';
import type { DayLine } from './day-line.js';
import { type CalendarUnit, DAY, EARLIEST, LATEST, type Timescale } from './timescale.js';

/** Calendar buckets in a timezone: the integers of `%Y%m%d`, `%Y%U`, `%G%V`, `%Y%m`, year and quarter, and `%Y`. */
export function gregorianTimescale(unit: UnitOfDays, days: DayLine): Timescale {
  const calendar = calendars[unit](days);
  return {
    unit,
    longest: calendar.longestDays * DAY,
    firstOrdinal: calendar.ordinalOf(calendar.bucketOfDay(EARLIEST / DAY)),
    lastOrdinal: calendar.ordinalOf(calendar.bucketOfDay(LATEST / DAY - 1)),
    bucketOf: (timestamp) => calendar.bucketOfDay(days.dayOf(timestamp)),
    startOf: (bucket) => days.startOf(calendar.firstDayOf(bucket)),
    durationOf: (bucket, last = bucket) => {
      // Days that the timezone skipped do not count.
      if (unit === 'daily') return (calendar.ordinalOf(last) - calendar.ordinalOf(bucket) + 1) * DAY;
      const next = calendar.bucketAt(calendar.ordinalOf(last) + 1);
      return (calendar.firstDayOf(next) - calendar.firstDayOf(bucket)) * DAY;
    },
    ordinalOf: calendar.ordinalOf,
    bucketAt: calendar.bucketAt,
  };
}

/** The calendar units that consist of whole days. */
export type UnitOfDays = Exclude<CalendarUnit, 'hourly'>;

interface Calendar {
  readonly longestDays: number;
  bucketOfDay(day: number): number;
  firstDayOf(bucket: number): number;
  ordinalOf(bucket: number): number;
  bucketAt(ordinal: number): number;
}

const calendars: Record<UnitOfDays, (days: DayLine) => Calendar> = {
  daily: (days) => {
    const firstDayOf = (bucket: number) =>
      dayOfDate(Math.floor(bucket / 10_000), Math.floor(bucket / 100) % 100, bucket % 100);
    return {
      longestDays: 1,
      bucketOfDay: dateOfDay,
      firstDayOf,
      ordinalOf: (bucket) => {
        const day = firstDayOf(bucket);
        return day - days.missing.filter((missing) => missing < day).length;
      },
      bucketAt: (ordinal) => {
        let day = ordinal;
        for (const missing of days.missing) if (missing <= day) day++;
        return dateOfDay(day);
      },
    };
  },
  weekly: () => ({
    longestDays: 7,
    bucketOfDay: (day) => {
      const year = yearOfDay(day);
      return year * 100 + weekOfYear(day, year);
    },
    firstDayOf: (bucket) => {
      const year = Math.floor(bucket / 100);
      const week = bucket % 100;
      return week === 0 ? dayOfDate(year, 1, 1) : firstSunday(year) + (week - 1) * 7;
    },
    ordinalOf: (bucket) => {
      const year = Math.floor(bucket / 100);
      return weeksBefore(year) + (bucket % 100) - firstWeek(year);
    },
    bucketAt: (ordinal) => {
      // 400 years have 20,871 weeks and 342 more cuts at New Year.
      let year = 1970 + Math.floor((ordinal * 400) / 21_213);
      while (weeksBefore(year) > ordinal) year--;
      while (weeksBefore(year + 1) <= ordinal) year++;
      return year * 100 + ordinal - weeksBefore(year) + firstWeek(year);
    },
  }),
  isoWeekly: () => ({
    longestDays: 7,
    bucketOfDay: (day) => isoWeekOf(mondayOf(day) + 3),
    firstDayOf: isoMonday,
    // 1969-12-29, a Monday, is day -3.
    ordinalOf: (bucket) => (isoMonday(bucket) + 3) / 7,
    bucketAt: (ordinal) => isoWeekOf(ordinal * 7),
  }),
  monthly: () => ({
    longestDays: 31,
    bucketOfDay: (day) => Math.floor(dateOfDay(day) / 100),
    firstDayOf: (bucket) => dayOfDate(Math.floor(bucket / 100), bucket % 100, 1),
    ordinalOf: (bucket) => Math.floor(bucket / 100) * 12 + (bucket % 100) - 1,
    bucketAt: (ordinal) => Math.floor(ordinal / 12) * 100 + (ordinal - Math.floor(ordinal / 12) * 12) + 1,
  }),
  quarterly: () => ({
    longestDays: 92,
    bucketOfDay: (day) => {
      const month = Math.floor(dateOfDay(day) / 100);
      return Math.floor(month / 100) * 10 + Math.ceil((month % 100) / 3);
    },
    firstDayOf: (bucket) => dayOfDate(Math.floor(bucket / 10), (bucket % 10) * 3 - 2, 1),
    ordinalOf: (bucket) => Math.floor(bucket / 10) * 4 + (bucket % 10) - 1,
    bucketAt: (ordinal) => Math.floor(ordinal / 4) * 10 + (ordinal - Math.floor(ordinal / 4) * 4) + 1,
  }),
  yearly: () => ({
    longestDays: 366,
    bucketOfDay: yearOfDay,
    firstDayOf: (bucket) => dayOfDate(bucket, 1, 1),
    ordinalOf: (bucket) => bucket,
    bucketAt: (ordinal) => ordinal,
  }),
};

function yearOfDay(day: number): number {
  return Math.floor(dateOfDay(day) / 10_000);
}

function mondayOf(day: number): number {
  return day - ((weekday(day) + 6) % 7);
}

/** The week of a Thursday, which belongs to its year. */
function isoWeekOf(thursday: number): number {
  const year = yearOfDay(thursday);
  return year * 100 + Math.floor((thursday - dayOfDate(year, 1, 1)) / 7) + 1;
}

/** The Monday of a week `%G%V`: 4 January is always in week 1. */
function isoMonday(bucket: number): number {
  return mondayOf(dayOfDate(Math.floor(bucket / 100), 1, 4)) + ((bucket % 100) - 1) * 7;
}

function firstSunday(year: number): number {
  const newYear = dayOfDate(year, 1, 1);
  return newYear + ((7 - weekday(newYear)) % 7);
}

/** 0 if the year begins before its first Sunday, else 1. */
function firstWeek(year: number): number {
  return weekday(dayOfDate(year, 1, 1)) === 0 ? 1 : 0;
}

function weekOfYear(day: number, year: number): number {
  return Math.floor((day - firstSunday(year) + 7) / 7);
}

/**
 * Weekly buckets between the start of 1970 and the start of `year`: one begins on each Sunday, and one on each
 * New Year's Day that is not a Sunday.
 */
function weeksBefore(year: number): number {
  return sundaysBefore(year) + (year - 1970) - sundayNewYearsBefore(year);
}

function sundaysBefore(year: number): number {
  // 1970-01-04 is day 3.
  return Math.ceil((dayOfDate(year, 1, 1) - 3) / 7);
}

/** New Year's Days on a Sunday from the 1st of each 400-year cycle, accumulated once. */
const sundayNewYearsInCycle = (() => {
  const counts = new Int16Array(401);
  for (let year = 0; year < 400; year++) {
    counts[year + 1] = (counts[year] ?? 0) + firstWeek(2000 + year);
  }
  return counts;
})();

function sundayNewYearsSince2000(year: number): number {
  const cycle = Math.floor((year - 2000) / 400);
  const inCycle = year - 2000 - cycle * 400;
  return cycle * (sundayNewYearsInCycle[400] ?? 0) + (sundayNewYearsInCycle[inCycle] ?? 0);
}

function sundayNewYearsBefore(year: number): number {
  return sundayNewYearsSince2000(year) - sundayNewYearsSince2000(1970);
}
