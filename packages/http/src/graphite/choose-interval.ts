import { calendarUnits, type IntervalsOptions, type TimeUnit } from '@kairos/core';
import { longestOf, shortestOf } from './calendar.js';

/** An interval to read, at its resolution or condensed to its step. */
export interface Choice {
  readonly interval: string;
  /** The unit of the points. */
  readonly unit: TimeUnit;
  readonly condense: boolean;
  /** Seconds for which buckets are kept at least. */
  readonly kept: number;
}

export interface Wanted {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  /** The maximum number of points. */
  readonly points: number;
}

/**
 * Chooses the finest interval that reaches back to the start of the range with no more points than requested.
 * If every such interval has more points, takes the coarsest of them; if none reaches back that far, the one
 * that reaches furthest. One bucket may be missing at the start, so that a range as long as the retention
 * needs no coarser interval.
 */
export function chooseInterval(intervals: IntervalsOptions, { from, until, now, points }: Wanted): Choice {
  const choices = choicesOf(intervals);
  const reaching = choices.filter(({ kept, unit }) => now - from <= kept + longestOf(unit));
  const furthest = Math.max(...choices.map(({ kept }) => kept));
  const candidates = reaching.length > 0 ? reaching : choices.filter(({ kept }) => kept === furthest);
  const chosen = candidates.find(({ unit }) => mostPoints(unit, from, until) <= points) ?? candidates.at(-1);
  if (chosen === undefined) throw new TypeError('A timeseries has no intervals');
  return chosen;
}

/** Ways to read intervals, the finest first; a condensed one comes after a finer resolution. */
function choicesOf(intervals: IntervalsOptions): Choice[] {
  return Object.entries(intervals)
    .flatMap(([interval, { step, resolution, steps }]): Choice[] => {
      const unit = unitOf(step);
      const kept = steps === undefined ? Infinity : steps * shortestOf(unit);
      const condensed = { interval, unit, condense: true, kept };
      if (resolution === undefined) return [condensed];
      return [{ interval, unit: unitOf(resolution), condense: false, kept }, condensed];
    })
    .sort((a, b) => shortestOf(a.unit) - shortestOf(b.unit));
}

/** Timeseries report their intervals in seconds or calendar units. */
function unitOf(option: IntervalsOptions[string]['step']): TimeUnit {
  return calendarUnits.find((unit) => unit === option) ?? Number(option);
}

function mostPoints(unit: TimeUnit, from: number, until: number): number {
  if (typeof unit === 'number') return Math.floor(until / unit) - Math.floor(from / unit);
  return Math.ceil((until - from) / shortestOf(unit)) + 1;
}
