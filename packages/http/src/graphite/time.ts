import { BadRequest } from './bad-request.js';
import { fromLocal, offsetAt } from './zone.js';

const DAY = 86_400;

/** The names of units, and their seconds. "m" is ambiguous, so it is neither minutes nor months. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(ond)?s?)?$/, 1],
  [/^min(ute)?s?$/, 60],
  [/^h((ou)?rs?)?$/, 3600],
  [/^d(ays?)?$/, DAY],
  [/^w(eeks?|k|ks)?$/, 7 * DAY],
  [/^mon(th)?s?$/, 30 * DAY],
  [/^y(ears?|r|rs)?$/, 365 * DAY],
];

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const HOURS = new Map([
  ['midnight', 0],
  ['noon', 12],
  ['teatime', 16],
]);
const NEAR_DAYS = new Map([
  ['', 0],
  ['today', 0],
  ['yesterday', -1],
  ['tomorrow', 1],
]);

export interface TimeOptions {
  /** The name of the parameter, for the error. */
  readonly parameter: string;
  /** Unix seconds. */
  readonly now: number;
  /** The timezone of times of day and dates. */
  readonly zone: string;
}

/**
 * Parses a time as Graphite's `from` and `until` have it, to Unix seconds: Unix seconds, `now`, a date (`20261128`,
 * `11/28/26`, `november 28`, `monday`, `yesterday`), a time of day (`16:30`, `4pm`, `noon`) with or without a date
 * (`16:30_20261128`, `noon yesterday`), and any of them with an offset (`-1h`, `now-7d`, `midnight+30min`).
 *
 * @example
 * ```ts
 * parseTime('-1h', { parameter: 'from', now: 1_800_000_000, zone: 'UTC' }); // 1799996400
 * ```
 */
export function parseTime(text: string, { parameter, now, zone }: TimeOptions): number {
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll(/[_,\s]/g, '');
  const fail = () => {
    throw new BadRequest(
      `Parameter "${parameter}" is ${JSON.stringify(text)}; expected Unix seconds, "now", an offset such as "-1h" or "-30min", a date such as "20261128", or a time and a date such as "16:30_20261128"`,
    );
  };
  if (/^\d+$/.test(plain)) {
    const date = plain.length === 8 ? compactDate(plain) : undefined;
    const seconds = date === undefined ? Number(plain) : fromLocal(zone, date);
    return Number.isSafeInteger(seconds) ? seconds : fail();
  }
  const sign = plain.search(/[+-]/);
  const [reference, offset] = sign < 0 ? [plain, ''] : [plain.slice(0, sign), plain.slice(sign)];
  const base = referenceTime(reference, now, zone);
  const shift = offsetSeconds(offset);
  return base === undefined || shift === undefined ? fail() : Math.trunc(base + shift);
}

/**
 * The seconds of a duration such as `5min`, `1h30min` or `-1d`, with its sign; `undefined` for anything else. Months
 * have 30 days, years 365.
 */
export function offsetSeconds(text: string): number | undefined {
  const [, sign = '', amounts = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  let seconds = 0;
  let rest = amounts;
  while (rest !== '') {
    const [whole, count, unit] = /^(\d{1,12})([a-z]+)/.exec(rest) ?? [];
    const found = UNITS.find(([pattern]) => unit !== undefined && pattern.test(unit));
    if (whole === undefined || found === undefined) return undefined;
    seconds += Number(count) * found[1];
    rest = rest.slice(whole.length);
  }
  if (!Number.isSafeInteger(seconds)) return undefined;
  return sign === '-' ? -seconds : seconds;
}

function referenceTime(reference: string, now: number, zone: string): number | undefined {
  if (reference === '' || reference === 'now') return now;
  const [ofDay, day] = timeOfDay(reference);
  const midnight = dayOf(day, now + offsetAt(zone, now));
  return ofDay === undefined || midnight === undefined ? undefined : fromLocal(zone, midnight + ofDay);
}

/** Splits the time of day, in seconds since midnight, from the start of a text. Midnight if it begins with a day. */
function timeOfDay(text: string): [seconds: number | undefined, rest: string] {
  const clock = /^(\d{1,2}):(\d{2})(am|pm)?/.exec(text) ?? /^(\d{1,2})()(am|pm)/.exec(text);
  if (clock !== null) {
    const [whole, hours, minutes, half] = clock;
    const hour = half === undefined ? Number(hours) : twelveHours(Number(hours), half);
    const minute = Number(minutes);
    const valid = hour < 24 && minute < 60;
    return [valid ? hour * 3600 + minute * 60 : undefined, text.slice(whole.length)];
  }
  for (const [word, hour] of HOURS) {
    if (text.startsWith(word)) return [hour * 3600, text.slice(word.length)];
  }
  return [0, text];
}

function twelveHours(hours: number, half: string): number {
  if (hours < 1 || hours > 12) return Number.NaN;
  return (hours % 12) + (half === 'pm' ? 12 : 0);
}

/** Midnight of a day, in local seconds; `local` is the current local time. */
function dayOf(text: string, local: number): number | undefined {
  const today = Math.floor(local / DAY) * DAY;
  const year = new Date(today * 1000).getUTCFullYear();
  const near = NEAR_DAYS.get(text);
  if (near !== undefined) return today + near * DAY;
  if (/^\d{8}$/.test(text)) return compactDate(text);
  const [, month, day, given] = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/.exec(text) ?? [];
  if (given !== undefined) return dateOf(fullYear(given), Number(month), Number(day));
  const [, letters = '', date] = /^([a-z]{3,9})(\d{1,2})?$/.exec(text) ?? [];
  const named = MONTHS.indexOf(letters.slice(0, 3));
  if (date !== undefined) return named < 0 ? undefined : dateOf(year, named + 1, Number(date));
  const weekday = WEEKDAYS.indexOf(letters.slice(0, 3));
  if (weekday < 0) return undefined;
  return today - ((new Date(today * 1000).getUTCDay() - weekday + 7) % 7) * DAY;
}

function compactDate(digits: string): number | undefined {
  const year = Number(digits.slice(0, 4));
  if (year <= 1900) return undefined;
  return dateOf(year, Number(digits.slice(4, 6)), Number(digits.slice(6)));
}

function fullYear(digits: string): number {
  const year = Number(digits);
  return digits.length === 4 ? year : year + (year < 80 ? 2000 : 1900);
}

function dateOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 1000 : undefined;
}
