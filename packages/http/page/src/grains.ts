import { DAY, HOUR } from './board.js';
import type { TimeseriesInfo, Unit } from './timeseries-info.js';

/** One way to cut a timeseries: an interval by its steps, or by its resolution. */
export interface Grain {
  readonly interval: string;
  readonly detail: boolean;
  readonly unit: Unit;
  /** Average length of its buckets, in seconds. */
  readonly seconds: number;
  /** How long it is kept, in seconds. */
  readonly keeps: number;
  /** Whether its interval has a resolution, which must be condensed if it is not shown. */
  readonly condensable: boolean;
}

const CALENDAR_SECONDS: Readonly<Record<string, number>> = {
  hourly: HOUR,
  daily: DAY,
  weekly: 7 * DAY,
  isoWeekly: 7 * DAY,
  monthly: 30.44 * DAY,
  quarterly: 91.31 * DAY,
  yearly: 365.24 * DAY,
};

const CALENDAR_NAMES: Readonly<Record<string, string>> = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  isoWeekly: 'ISO week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
};

const SECOND_NAMES: readonly (readonly [seconds: number, name: string])[] = [
  [7 * DAY, 'week'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

export function unitSeconds(unit: Unit): number {
  return typeof unit === 'number' ? unit : (CALENDAR_SECONDS[unit] ?? DAY);
}

/** `minute`, `5 minutes`, `month`. */
export function unitLabel(unit: Unit): string {
  if (typeof unit === 'string') return CALENDAR_NAMES[unit] ?? unit;
  const [size, name] = SECOND_NAMES.find(([seconds]) => unit % seconds === 0) ?? [1, 'second'];
  return unit === size ? name : `${unit / size} ${name}s`;
}

/** The end of the last bucket in a series, from its start. The others end where the next one starts. */
export function endOfBucket(start: number, unit: Unit): number {
  if (unit !== 'monthly' && unit !== 'quarterly' && unit !== 'yearly') return start + unitSeconds(unit);
  const months = { monthly: 1, quarterly: 3, yearly: 12 }[unit];
  // Half a day later, it is the first of the month in UTC too, whatever the timezone of the bucket.
  const first = new Date((start + DAY / 2) * 1000);
  const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 1);
  return start + (next - Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), 1)) / 1000;
}

export function grainsOf({ intervals }: TimeseriesInfo): Grain[] {
  return intervals.flatMap(({ name, step, steps, resolution }) => {
    const keeps = steps === undefined ? Number.POSITIVE_INFINITY : steps * unitSeconds(step);
    const condensable = resolution !== undefined;
    const grain = (unit: Unit, detail: boolean): Grain => ({
      interval: name,
      detail,
      unit,
      seconds: unitSeconds(unit),
      keeps,
      condensable,
    });
    return condensable ? [grain(resolution, true), grain(step, false)] : [grain(step, false)];
  });
}

/** What a chart needs: the length of its span, the age of its start, and the most points to show. */
export interface Needed {
  readonly span: number;
  readonly age: number;
  readonly most: number;
}

/** A chart of fewer buckets says little, so a crowded one is better. */
const FEWEST = 12;
const CROWD = 5;

/** The finest grain that keeps the whole span and fits; else the one that is kept longest. */
export function chooseGrain(grains: readonly Grain[], { span, age, most }: Needed): Grain | undefined {
  const among = (limit: number) => grains.filter(({ seconds }) => span / seconds <= limit);
  const some = among(most);
  const fitting = some.some(({ seconds }) => span / seconds >= FEWEST) ? some : among(most * CROWD);
  const candidates = fitting.length > 0 ? fitting : grains.toSorted(byCoarseness).slice(0, 1);
  const reaching = candidates.filter(({ keeps }) => keeps >= age);
  if (reaching.length > 0) return reaching.toSorted((a, b) => a.seconds - b.seconds)[0];
  return candidates.toSorted((a, b) => b.keeps - a.keeps || a.seconds - b.seconds)[0];
}

const byCoarseness = (a: Grain, b: Grain) => b.seconds - a.seconds;
