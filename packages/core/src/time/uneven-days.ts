import { dayOfDate } from './civil.js';
import { DAY, HOUR } from './timescale.js';

/** The properties of a timezone that its uneven days depend on. */
export interface ZoneClock {
  /** Seconds by which local time is ahead at a timestamp. */
  offsetAt(timestamp: number): number;
  startOf(day: number): number;
}

/**
 * The total seconds missing from the last hours of the days from 1970-01-01 to before `day`; negative if `day` comes
 * before 1970. Only days on which the clocks change by a part of an hour have short hours.
 */
export type MissingSeconds = (day: number) => number;

/** Before this day, all zones keep local solar time, which does not change. */
const FIRST = dayOfDate(1835, 1, 1);
/** From this day on, every zone follows a fixed rule. */
const SETTLED = dayOfDate(2038, 1, 1);
const TWO_YEARS = 731;
/** After this many days (400 years), dates fall on the same weekdays, so a rule repeats. */
const CYCLE = 146_097;
/** No zone has changed by a part of an hour and back within this many days. */
const STRIDE = 28;

const known = new Map<string, MissingSeconds>();

export function missingSeconds(timezone: string, clock: ZoneClock): MissingSeconds {
  const found = known.get(timezone) ?? lookFor(clock);
  known.set(timezone, found);
  return found;
}

function lookFor(clock: ZoneClock): MissingSeconds {
  let before: Sums | undefined;
  let cycle: Sums | undefined;
  const settled = () => {
    before ??= new Sums(clock, FIRST, SETTLED);
    return before;
  };
  const from1970 = (day: number) => settled().before(day) - settled().before(0);
  return (day) => {
    if (day <= SETTLED) return from1970(day);
    if (cycle === undefined) {
      const repeats = new Sums(clock, SETTLED, SETTLED + TWO_YEARS).total > 0;
      cycle = new Sums(clock, SETTLED, repeats ? SETTLED + CYCLE : SETTLED);
    }
    const cycles = Math.floor((day - SETTLED) / CYCLE);
    return from1970(SETTLED) + cycles * cycle.total + cycle.before(day - cycles * CYCLE);
  };
}

/** The running totals of the seconds missing from the uneven days of a range. */
class Sums {
  readonly #days: readonly number[];
  readonly #sums: readonly number[];

  constructor(clock: ZoneClock, first: number, end: number) {
    const found = new Set<number>();
    for (let day = first; day < end; day += STRIDE) search(clock, day, Math.min(day + STRIDE, end), found);
    const sums = [0];
    const days = [...found].filter((day) => day >= first && day < end).sort((a, b) => a - b);
    for (const [index, day] of days.entries()) sums.push((sums[index] ?? 0) + missingOf(clock, day));
    this.#days = days;
    this.#sums = sums;
  }

  get total(): number {
    return this.#sums.at(-1) ?? 0;
  }

  before(day: number): number {
    let [low, high] = [0, this.#days.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#days[middle] ?? 0) < day) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low] ?? 0;
  }
}

/** Adds the uneven days between two days at which the clocks differ by a part of an hour. */
function search(clock: ZoneClock, low: number, high: number, found: Set<number>): void {
  if ((clock.offsetAt(high * DAY) - clock.offsetAt(low * DAY)) % HOUR === 0) return;
  if (high - low > 1) {
    const middle = (low + high) >> 1;
    search(clock, low, middle, found);
    search(clock, middle, high, found);
    return;
  }
  // The day in UTC is the local date or a neighbour of it.
  for (let day = low - 1; day <= high + 1; day++) if (missingOf(clock, day) > 0) found.add(day);
}

function missingOf(clock: ZoneClock, day: number): number {
  const seconds = clock.startOf(day + 1) - clock.startOf(day);
  return Math.ceil(seconds / HOUR) * HOUR - seconds;
}
