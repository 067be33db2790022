import { optionError } from '../option.js';
import type { DayLine } from './day-line.js';
import { gregorianTimescale, type UnitOfDays } from './gregorian.js';
import { hourlyTimescale } from './hourly.js';
import { relativeTimescale } from './relative.js';
import { type CalendarUnit, calendarUnits, type Timescale, type TimeUnit } from './timescale.js';

/**
 * A duration in an unambiguous form: `'90s'`, `'5min'`, `'12h'`, `'30d'`, `'2w'`, `'6mo'` (30 days each) or `'1y'` (365
 * days). Digits alone are seconds: `'60'`.
 */
export type Duration = `${number}${'s' | 'min' | 'h' | 'd' | 'w' | 'mo' | 'y'}` | `${number}`;

/**
 * Months of 30 days as Kairos for Python writes them: `'6m'` is 180 days, **not** six minutes. Write `'6min'` for
 * minutes, and `'6mo'` for months.
 */
export type MonthsOfPython = `${number}m`;

/**
 * A step or resolution: seconds, a form such as `'5min'`, `'12h'`, `'30d'` or `'6mo'`, or a calendar unit. `'5m'` is
 * five months of 30 days: write minutes as `'5min'`.
 */
export type UnitOption = number | Duration | CalendarUnit | MonthsOfPython;

const secondsOf: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  mo: 30 * 86_400,
  m: 30 * 86_400,
  y: 365 * 86_400,
};

export function isCalendarUnit(unit: unknown): unit is CalendarUnit {
  return calendarUnits.some((known) => known === unit);
}

export function isUnitOfDays(unit: TimeUnit): unit is UnitOfDays {
  return typeof unit === 'string' && unit !== 'hourly';
}

/** `option` is the option's full name, for the error. */
export function parseUnit(value: unknown, option: string): TimeUnit {
  if (isCalendarUnit(value)) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  if (typeof value === 'string') {
    const [, count, letters = ''] = /^(\d+)([a-z]*)$/.exec(value) ?? [];
    const seconds = Number(count) * (Object.hasOwn(secondsOf, letters) ? (secondsOf[letters] ?? 0) : 0);
    if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  }
  throw optionError(
    option,
    value,
    `a positive whole number of seconds, a form such as "90s", "5min", "12h", "30d", "2w", "6mo" or "1y" ("min" is minutes, "mo" months of 30 days), or one of ${calendarUnits.map((unit) => `"${unit}"`).join(', ')}`,
  );
}

/** The hint for someone who may have meant minutes by `'5m'`; empty for anything else. */
export function hintAtMinutes(value: unknown): string {
  const [, count] = /^(\d+)m$/.exec(String(value)) ?? [];
  return count === undefined
    ? ''
    : ` ("${value}" is ${count} × 30 days: write "${count}min" for minutes, "${count}mo" for months)`;
}

export function timescale(unit: TimeUnit, days: DayLine): Timescale {
  if (typeof unit === 'number') return relativeTimescale(unit);
  return unit === 'hourly' ? hourlyTimescale(days) : gregorianTimescale(unit, days);
}
