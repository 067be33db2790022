/** Reads JSON of unknown shape. An answer that does not have the expected shape becomes an error, not a drawing. */
import {
  type Bounds,
  type IntervalInfo,
  type TimeseriesInfo,
  timeseriesTypes,
  type Unit,
} from './timeseries-info.js';

export class UnexpectedAnswerError extends Error {
  constructor(expected: string) {
    super(`The server's answer is not what this page expects: ${expected}`);
  }
}

/** A time and its data, as in every series. */
export type Entry = readonly [time: number, data: unknown];

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown, expected: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new UnexpectedAnswerError(expected);
}

export function asTexts(value: unknown, expected: string): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new UnexpectedAnswerError(expected);
}

export function asEntries(value: unknown): readonly Entry[] {
  if (Array.isArray(value) && value.every(isEntry)) return value;
  throw new UnexpectedAnswerError('a series is an array of pairs of a time and data');
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number';
}

export function asInfo(name: string, value: unknown): TimeseriesInfo {
  const { type, timezone, intervals } = asRecord(value, 'a timeseries is an object');
  const known = timeseriesTypes.find((each) => each === type);
  if (known === undefined)
    throw new UnexpectedAnswerError(`a timeseries is one of ${timeseriesTypes.join(', ')}`);
  return {
    name,
    type: known,
    timezone: typeof timezone === 'string' ? timezone : 'UTC',
    intervals: Object.entries(asRecord(intervals, 'intervals are an object')).map(asInterval),
  };
}

function asInterval([name, value]: [string, unknown]): IntervalInfo {
  const { step, steps, resolution } = asRecord(value, 'an interval is an object');
  if (!isUnit(step)) throw new UnexpectedAnswerError('a step is a number of seconds or the name of a unit');
  return {
    name,
    step,
    ...(typeof steps === 'number' ? { steps } : {}),
    ...(isUnit(resolution) ? { resolution } : {}),
  };
}

const isUnit = (value: unknown): value is Unit => typeof value === 'string' || typeof value === 'number';

export function asBounds(value: unknown): ReadonlyMap<string, Bounds> {
  const found = new Map<string, Bounds>();
  for (const [interval, bounds] of Object.entries(asRecord(value, 'properties are an object'))) {
    if (!isRecord(bounds)) continue;
    const { first, last } = bounds;
    if (typeof first === 'number' && typeof last === 'number') found.set(interval, { first, last });
  }
  return found;
}
