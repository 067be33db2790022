import { dayLine } from '../time/day-line.js';
import type { Interval } from '../time/interval.js';
import { type CalendarUnit, DAY, HOUR, type TimeUnit } from '../time/timescale.js';
import { isSameZone } from '../time/zone-names.js';

/** The first and the last second of the data. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** An interval and the timezone of its calendar. */
export interface Cut {
  readonly interval: Interval;
  readonly timezone: string;
}

/** For each calendar unit, the longer units whose edges are all edges of it. */
const longerUnits: { readonly [U in CalendarUnit]: readonly CalendarUnit[] } = {
  hourly: ['daily', 'weekly', 'isoWeekly', 'monthly', 'quarterly', 'yearly'],
  daily: ['weekly', 'isoWeekly', 'monthly', 'quarterly', 'yearly'],
  // Weeks are cut at New Year; ISO 8601 weeks never are.
  weekly: ['yearly'],
  isoWeekly: [],
  monthly: ['quarterly', 'yearly'],
  quarterly: ['yearly'],
  yearly: [],
};

/** Whether two intervals cut time the same way. */
export function isSameCut(one: Cut, other: Cut): boolean {
  const [units, others] = [unitsOf(one.interval), unitsOf(other.interval)];
  return (
    units.length === others.length &&
    units.every((unit, index) => unit === others[index]) &&
    (units.every((unit) => typeof unit === 'number') || isSameZone(one.timezone, other.timezone))
  );
}

/**
 * Whether `coarse` can be made from `fine` over the span of the data: each edge of `coarse` must be an edge of `fine`.
 */
export function canMake(fine: Cut, coarse: Cut, span: Span | null): boolean {
  return unitsOf(coarse.interval).every((edges) =>
    unitsOf(fine.interval).some((unit) =>
      hasEdges({ unit, timezone: fine.timezone }, { unit: edges, timezone: coarse.timezone }, span),
    ),
  );
}

/** The step and the resolution, if there is one: the data has the edges of both. */
function unitsOf({ step, resolution }: Interval): TimeUnit[] {
  return resolution === null ? [step.unit] : [step.unit, resolution.unit];
}

interface Edges {
  readonly unit: TimeUnit;
  readonly timezone: string;
}

function hasEdges(fine: Edges, coarse: Edges, span: Span | null): boolean {
  if (typeof fine.unit === 'number') {
    if (typeof coarse.unit === 'number') return coarse.unit % fine.unit === 0;
    if (coarse.unit === 'hourly' && HOUR % fine.unit !== 0) return false;
    return daysStartAt(fine.unit, coarse.timezone, span);
  }
  if (typeof coarse.unit !== 'number') {
    const known = fine.unit === coarse.unit || longerUnits[fine.unit].includes(coarse.unit);
    return known && isSameZone(fine.timezone, coarse.timezone);
  }
  if (fine.unit !== 'hourly' && fine.unit !== 'daily') return false;
  const seconds = fine.unit === 'hourly' ? HOUR : DAY;
  return coarse.unit % seconds === 0 && daysStartAt(seconds, fine.timezone, span);
}

/** Whether the days of a timezone start at multiples of some seconds, at least in the span of the data. */
function daysStartAt(seconds: number, timezone: string, span: Span | null): boolean {
  const days = dayLine(timezone);
  if (days.timezone === 'UTC') return DAY % seconds === 0;
  if (span === null) return true;
  const last = days.dayOf(span.last) + 1;
  for (let day = days.dayOf(span.first); day <= last; day++) {
    if (days.startOf(day) % seconds !== 0) return false;
  }
  return true;
}
