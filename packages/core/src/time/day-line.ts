import { IANAZone } from 'luxon';
import { optionError } from '../option.js';
import { DAY } from './timescale.js';
import { missingSeconds } from './uneven-days.js';
import { zoneName } from './zone-names.js';

/**
 * The line of calendar days of a timezone. A day is its number of days since 1970-01-01, by its date; it starts
 * at the first instant whose local date is that date.
 */
export interface DayLine {
  /** The recorded name of the timezone. */
  readonly timezone: string;
  dayOf(timestamp: number): number;
  startOf(day: number): number;
  /** Dates that the timezone never had (a move across the date line), ascending. */
  readonly missing: readonly number[];
  /** The total seconds missing from the last hours of the days from 1970-01-01 to before `day`. */
  missingSecondsBefore(day: number): number;
}

const utc: DayLine = {
  timezone: 'UTC',
  dayOf: (timestamp) => Math.floor(Math.floor(timestamp) / DAY),
  startOf: (day) => day * DAY,
  missing: [],
  missingSecondsBefore: () => 0,
};

export function dayLine(timezone: string): DayLine {
  const name = zoneName(timezone);
  if (name === utc.timezone) return utc;
  if (!IANAZone.isValidZone(timezone)) {
    throw optionError('timezone', timezone, 'an IANA timezone such as "UTC" or "Europe/Paris"');
  }
  return zonedDayLine(name, IANAZone.create(timezone));
}

/** Wide enough to hold a local midnight at any offset, and a whole day skipped or repeated. */
const WINDOW = 26 * 3600;

/** Number of days whose starts a timezone remembers. */
const MOST_STARTS = 10_000;

function zonedDayLine(timezone: string, zone: IANAZone): DayLine {
  const offsetAt = (timestamp: number) => Math.round(zone.offset(timestamp * 1000) * 60);

  const transitionBetween = (before: number, after: number) => {
    const offset = offsetAt(before);
    let low = before;
    let high = after;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  };

  const startOf = (day: number) => {
    const midnight = day * DAY;
    const offsetBefore = offsetAt(midnight - WINDOW);
    const offsetAfter = offsetAt(midnight + WINDOW);
    const early = midnight - offsetBefore;
    if (offsetBefore === offsetAfter) return early;
    const transition = transitionBetween(midnight - WINDOW, midnight + WINDOW);
    if (early < transition) return early;
    return Math.max(midnight - offsetAfter, transition);
  };

  // Timestamps mostly arrive close together, and finding a transition means asking the zone many times.
  const starts = new Map<number, number>();
  const knownStartOf = (day: number) => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    if (starts.size >= MOST_STARTS) starts.clear();
    const start = startOf(day);
    starts.set(day, start);
    return start;
  };

  const dayOf = (timestamp: number) => {
    let day = Math.floor(Math.floor(timestamp) / DAY);
    while (timestamp < knownStartOf(day)) day--;
    while (timestamp >= knownStartOf(day + 1)) day++;
    return day;
  };

  let missing: readonly number[] | undefined;
  return {
    timezone,
    dayOf,
    startOf: knownStartOf,
    get missing() {
      missing ??= missingDays(offsetAt, startOf);
      return missing;
    },
    missingSecondsBefore: missingSeconds(timezone, { offsetAt, startOf }),
  };
}

/** Finds skipped dates, month by month: one is skipped if the offset jumps by most of a day. */
function missingDays(offsetAt: (timestamp: number) => number, startOf: (day: number) => number): number[] {
  const missing: number[] = [];
  const first = -135 * 365;
  const last = 60 * 365;
  for (let day = first; day < last; day += 180) {
    if (offsetAt((day + 180) * DAY) - offsetAt(day * DAY) < 20 * 3600) continue;
    for (let candidate = day - 1; candidate <= day + 181; candidate++) {
      if (missing.at(-1) !== candidate && startOf(candidate) === startOf(candidate + 1))
        missing.push(candidate);
    }
  }
  return missing;
}
