import { ConfigurationError } from '../errors.js';
import { optionError } from '../option.js';
import { intervalOf, type Schema } from '../schema/schema.js';
import type { Interval } from '../time/interval.js';
import { describeValue } from '../values/value.js';
import { type Cut, canMake, isSameCut, type Span } from './cuts.js';

/** An interval of the target, and the interval of the source that it is made from. */
export interface PlannedInterval {
  readonly source: Interval;
  readonly target: Interval;
}

/**
 * Chooses the source interval for each target interval: the caller's choice, else the one that reaches back furthest;
 * among equals, one that cuts time the same way, else the finest. If the caller chooses some, the others are made from
 * these. Throws a `ConfigurationError` for an interval that cannot be made.
 */
export function planCopy(
  source: Schema,
  target: Schema,
  chosen: unknown,
  span: Span | null,
): readonly PlannedInterval[] {
  if (source.type !== target.type) {
    throw new ConfigurationError(
      `The source is of type ${describeValue(source.type)} and the target of type ${describeValue(target.type)}; expected the same`,
    );
  }
  const given = chosenIntervals(source, target, chosen);
  const candidates = given.size === 0 ? [...source.intervals.values()] : [...new Set(given.values())];
  return [...target.intervals.values()].map((interval) => {
    const cut: Cut = { interval, timezone: target.timezone };
    const from = (each: Interval): Cut => ({ interval: each, timezone: source.timezone });
    const named = given.get(interval.name);
    const able = (named === undefined ? candidates : [named]).filter((each) =>
      canMake(from(each), cut, span),
    );
    const better = (one: Interval, other: Interval) =>
      reach(other, interval) - reach(one, interval) ||
      Number(isSameCut(from(other), cut)) - Number(isSameCut(from(one), cut)) ||
      finest(one).longest - finest(other).longest;
    const [best] = able.sort(better);
    if (best === undefined) throw cannotMake(cut, named === undefined ? candidates : [named], source);
    return { source: best, target: interval };
  });
}

function chosenIntervals(source: Schema, target: Schema, chosen: unknown): ReadonlyMap<string, Interval> {
  if (chosen === undefined) return new Map();
  if (typeof chosen !== 'object' || chosen === null || Array.isArray(chosen)) {
    throw optionError(
      'intervals',
      chosen,
      'an object such as { hour: "minute" }, from the target to the source',
    );
  }
  return new Map(
    Object.entries(chosen).map(([name, from]) => {
      return [intervalOf(target, name).name, intervalOf(source, from)] as const;
    }),
  );
}

/** The number of seconds that both intervals keep; the largest number if both keep everything. */
function reach(source: Interval, target: Interval): number {
  const kept = ({ steps, step }: Interval) => (steps === null ? Number.MAX_VALUE : steps * step.longest);
  return Math.min(kept(source), kept(target));
}

function finest({ step, resolution }: Interval): Interval['step'] {
  return resolution ?? step;
}

function cannotMake({ interval, timezone }: Cut, candidates: readonly Interval[], source: Schema): Error {
  const found = candidates.map((each) => `${describeValue(each.name)} ${show(each, source.timezone)}`);
  return new ConfigurationError(
    `The interval ${describeValue(interval.name)} of the target, ${show(interval, timezone)}, cannot be made from ${found.join(' or ')}; expected a source interval that is as fine, with the same edges`,
  );
}

function show({ step, resolution }: Interval, timezone: string): string {
  const cut = resolution === null ? { step: step.unit } : { step: step.unit, resolution: resolution.unit };
  return JSON.stringify({ ...cut, timezone });
}
