import type { AnyTimeseries, TransformName } from '@kairos/core';
import { isRegular, longestOf, shortestOf, startsWithin } from './calendar.js';
import type { Choice } from './choose-interval.js';
import { type PointValue, pointValueOf, transformsFor } from './point-value.js';
import type { Grid, Values } from './series.js';

/** A read from one timeseries. */
export interface PointsQuery {
  readonly timeseries: AnyTimeseries;
  readonly choice: Choice;
  readonly names: ReadonlySet<string>;
  /** The transforms to apply, by name; `undefined` for the default. */
  readonly transforms: ReadonlySet<TransformName | undefined>;
  readonly from: number;
  readonly until: number;
  readonly now: number;
}

/** The points of some names. */
export interface Points {
  readonly grid: Grid;
  valuesOf(name: string, transform: TransformName | undefined): Values;
}

/** Reads points in one round trip. */
export async function readPoints(query: PointsQuery): Promise<Points> {
  const { timeseries, choice, now } = query;
  const rows = await readRows(query);
  const [some = new Map<number, unknown>()] = rows.values();
  const end = lastSecond(query);
  const times = choice.condense
    ? [...some.keys()]
    : exact(cellsOf(choice, timeseries, [...some.keys()], end), [...rows.values()].map(flat));
  const oldest = now - choice.kept - longestOf(choice.unit);
  const grid = {
    times,
    step: shortestOf(choice.unit),
    regular: isRegular(choice.unit, timeseries.timezone) && isEven(times),
  };
  const valuesOf = (name: string, transform: TransformName | undefined) => {
    const row = rows.get(name) ?? new Map();
    const value = pointValueOf(timeseries.type, transform, query.transforms);
    return numbersOf(choice.condense ? row : flat(row), times, value, oldest);
  };
  return { grid, valuesOf };
}

/** The end of the range, but at most now: the future has no points. */
function lastSecond({ from, until, now }: PointsQuery): number {
  return Math.max(from, Math.min(until, now));
}

async function readRows(query: PointsQuery): Promise<ReadonlyMap<string, ReadonlyMap<number, unknown>>> {
  const { timeseries, choice, names, from } = query;
  const transform = transformsFor(timeseries.type, query.transforms);
  const range = { start: from, end: lastSecond(query), ...(choice.condense ? { condense: true } : {}) };
  const read = transform === undefined ? range : { ...range, transform };
  return timeseries.seriesByName([...names], choice.interval, read);
}

/** The number of each point. A point past its retention has none, even if a point without data counts as 0. */
function numbersOf(
  row: ReadonlyMap<number, unknown>,
  times: readonly number[],
  value: PointValue,
  oldest: number,
): Values {
  return times.map((time) => {
    if (time < oldest) return null;
    const data = row.get(time);
    return data === undefined ? value.empty : value.of(data);
  });
}

function flat(nested: ReadonlyMap<number, unknown>): ReadonlyMap<number, unknown> {
  return new Map([...nested.values()].flatMap((inner) => (inner instanceof Map ? [...inner] : [])));
}

/** The starts of resolution buckets within some buckets. */
function cellsOf(
  { unit, interval }: Choice,
  { timezone, intervals }: AnyTimeseries,
  buckets: readonly number[],
  end: number,
): number[] {
  const step = intervals[interval]?.step;
  return buckets.flatMap((start, at) => {
    const next = buckets[at + 1] ?? start + (typeof step === 'number' ? step : end - start + 1);
    return startsWithin(unit, timezone, start, Math.min(next, end + 1));
  });
}

/** Replaces cells by the nearest times in the data that are not cells themselves. */
function exact(cells: readonly number[], rows: readonly ReadonlyMap<number, unknown>[]): number[] {
  const known = new Set(cells);
  const others = new Set(rows.flatMap((row) => [...row.keys()].filter((time) => !known.has(time))));
  if (others.size === 0) return [...cells];
  const times = [...cells];
  for (const time of others) {
    times[nearestTo(time, cells)] = time;
  }
  return [...new Set(times)].sort((a, b) => a - b);
}

/** The index of the nearest of some ascending times. */
function nearestTo(time: number, times: readonly number[]): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((times[middle] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  const [below, above] = [times[low - 1] ?? -Infinity, times[low] ?? Infinity];
  return time - below < above - time ? low - 1 : low;
}

function isEven(times: readonly number[]): boolean {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) === step);
}
