import { optionError } from '../option.js';
import type { DayLine } from './day-line.js';
import { gregorianTimescale } from './gregorian.js';
import { relativeTimescale } from './relative.js';
import type { CalendarUnit, Timescale, TimeUnit } from './timescale.js';

/** A step or resolution as users write it: seconds, `"90d"` (h, d, w, m = 30 days, y = 365 days) or a calendar unit. */
export type UnitOption = number | `${number}${'h' | 'd' | 'w' | 'm' | 'y'}` | CalendarUnit;

const secondsOf: Readonly<Record<string, number>> = {
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  m: 30 * 86_400,
  y: 365 * 86_400,
};

export function isCalendarUnit(unit: unknown): unit is CalendarUnit {
  return unit === 'daily' || unit === 'weekly' || unit === 'monthly' || unit === 'yearly';
}

/** `option` is the option's full name, for the error. */
export function parseUnit(value: unknown, option: string): TimeUnit {
  if (isCalendarUnit(value)) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  if (typeof value === 'string') {
    const [, count, letter] = /^(\d+)([hdwmy])$/.exec(value) ?? [];
    const seconds = Number(count) * (secondsOf[letter ?? ''] ?? Number.NaN);
    if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  }
  throw optionError(
    option,
    value,
    'a positive whole number of seconds, a form such as "12h", "30d", "2w", "6m" or "1y", or one of "daily", "weekly", "monthly", "yearly"',
  );
}

export function timescale(unit: TimeUnit, days: DayLine): Timescale {
  return typeof unit === 'number' ? relativeTimescale(unit) : gregorianTimescale(unit, days);
}
