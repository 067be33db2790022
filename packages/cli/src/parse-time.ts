import { parseTimestamp } from '@kairos/core';
import { DateTime } from 'luxon';
import { UsageError } from './exit-codes.js';

const UNITS: Readonly<Record<string, string>> = {
  s: 'seconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
  mo: 'months',
  y: 'years',
};

const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/**
 * Parses a time on the command line: Unix seconds; an ISO 8601 date or time (in `timezone` if it names none);
 * `now`; `yesterday`, `today` or `tomorrow` (the start of the day there); or a time before or after now, such
 * as `-7d` or `+90min`. Days, weeks, months and years follow the calendar. Returns Unix seconds.
 *
 * @example
 * ```ts
 * parseTime('2024-03-01', { option: 'start', timezone: 'Europe/Paris' }); // 1709247600
 * ```
 */
export function parseTime(
  text: string,
  { option, timezone, now = Date.now() / 1000 }: { option: string; timezone: string; now?: number },
): number {
  const written = parseTimestamp(text, timezone);
  if (written !== undefined) return written;
  const here = DateTime.fromSeconds(now, { zone: timezone });
  if (text === 'now') return now;
  const day = Object.hasOwn(DAYS, text) ? DAYS[text] : undefined;
  if (day !== undefined) return here.startOf('day').plus({ days: day }).startOf('day').toSeconds();
  const [, sign, count, letters = ''] = /^([+-])(\d+)([a-z]+)$/.exec(text) ?? [];
  const unit = Object.hasOwn(UNITS, letters) ? UNITS[letters] : undefined;
  if (unit !== undefined && count !== undefined) {
    return here.plus({ [unit]: sign === '-' ? -Number(count) : Number(count) }).toSeconds();
  }
  const hint = letters === 'm' ? ' ("min" is minutes, "mo" months)' : '';
  throw new UsageError(
    `Option --${option} is "${text}"${hint}; expected a date such as 2024-03-01 or 2024-03-01T12:00, Unix seconds, -7d, +90min, now, today or yesterday`,
  );
}
