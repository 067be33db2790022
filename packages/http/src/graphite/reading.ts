import type { AnyTimeseries, Context } from '../context.js';
import { BadRequest } from './bad-request.js';
import { isRegular, longestOf, shortestOf, startsWithin } from './calendar.js';
import { Catalogue, type Match } from './catalogue.js';
import { type Choice, chooseInterval, type Wanted } from './choose-interval.js';
import { type Leaf, leavesOf, type Need, needsOf, type Plan } from './plan.js';
import { pointValueOf } from './point-value.js';
import type { Grid, Series, Values } from './series.js';

/** What plans read, read. */
export interface Readings {
  stepOf(leaf: Leaf): number;
  read(need: Need): readonly Series[];
}

/** One timeseries: all of its names that any target reads, over the widest range that any needs. */
interface Reading {
  readonly timeseries: AnyTimeseries;
  readonly choice: Choice;
  readonly names: Set<string>;
  from: number;
}

/** Points from the first bucket on, for each name. */
interface Points {
  readonly grid: Grid;
  readonly values: ReadonlyMap<string, Values>;
}

/** Reads what some plans need: one round trip for each timeseries, beside the lists of names that wildcards ask for. */
export async function readFor(plans: readonly Plan[], context: Context, wanted: Wanted): Promise<Readings> {
  const catalogue = new Catalogue(context);
  const matches = new Map<string, Match[]>();
  for (const { path } of plans.flatMap(leavesOf)) {
    if (!matches.has(path.pattern)) matches.set(path.pattern, await catalogue.match(path.pattern));
  }
  const readings = new Map<string, Reading>();
  for (const { key, timeseries, names } of [...matches.values()].flat()) {
    const reading = readings.get(key) ?? {
      timeseries,
      choice: chooseInterval(timeseries.intervals, wanted),
      names: new Set(),
      from: wanted.from,
    };
    for (const name of names) reading.names.add(name);
    readings.set(key, reading);
  }
  const matchesOf = ({ path }: Leaf) => matches.get(path.pattern) ?? [];
  const stepOf = (leaf: Leaf) =>
    Math.max(1, ...matchesOf(leaf).map(({ key }) => shortestOf(readings.get(key)?.choice.unit ?? 1)));
  for (const { leaf, from } of plans.flatMap((plan) => needsOf(plan, wanted.from, stepOf))) {
    for (const { key } of matchesOf(leaf)) {
      const reading = readings.get(key);
      if (reading !== undefined) reading.from = Math.min(reading.from, from);
    }
  }
  checkSize([...readings.values()], wanted, context.maxBuckets);
  const entries = [...readings].map(
    async ([key, reading]) => [key, await pointsOf(reading, wanted)] as const,
  );
  const points = new Map(await Promise.all(entries));
  const absent = await absentNames([...matches.values()].flat(), points, catalogue);
  const windows = new Map<string, Window>();
  const windowOf = (key: string, found: Points, from: number) => {
    const id = JSON.stringify([key, from]);
    const window = windows.get(id) ?? windowFrom(found.grid, from);
    windows.set(id, window);
    return window;
  };
  const read = ({ leaf, from }: Need) =>
    matchesOf(leaf).flatMap(({ key, names }) => {
      const found = points.get(key);
      if (found === undefined) return [];
      const { first, grid } = windowOf(key, found, from);
      return names
        .filter((name) => !absent.has(JSON.stringify([key, name])))
        .map((name): Series => {
          const source = `${key}.${name}`;
          const values = (found.values.get(name) ?? []).slice(first);
          return { name: source, path: leaf.path.text, source, grid, values };
        });
    });
  return { stepOf, read };
}

function checkSize(readings: readonly Reading[], { until }: Wanted, most: number): void {
  let buckets = 0;
  for (const { choice, names, from } of readings) {
    buckets += names.size * Math.ceil((until - from) / shortestOf(choice.unit));
  }
  if (buckets > most) {
    throw new BadRequest(
      `The targets cover ${buckets} buckets; expected at most ${most}: ask for a shorter range, fewer names or a smaller maxDataPoints`,
    );
  }
}

/** Names that were asked for without wildcards and are not there. Only those without data are looked up. */
async function absentNames(
  matches: readonly Match[],
  points: ReadonlyMap<string, Points>,
  catalogue: Catalogue,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const { key, names, listed } of matches) {
    if (listed) continue;
    for (const name of names) {
      const values = points.get(key)?.values.get(name) ?? [];
      if (values.some((value) => value !== null && value !== 0)) continue;
      if (!(await catalogue.list(key, name)).includes(name)) absent.add(JSON.stringify([key, name]));
    }
  }
  return absent;
}

async function pointsOf(
  { timeseries, choice, names, from }: Reading,
  { until, now }: Wanted,
): Promise<Points> {
  const value = pointValueOf(timeseries.type);
  const end = Math.max(from, Math.min(until, now));
  const options = { start: from, end, ...value.options };
  const data: ReadonlyMap<string, ReadonlyMap<number, unknown>> = choice.condense
    ? await timeseries.seriesByName([...names], choice.interval, { ...options, condense: true })
    : await timeseries.seriesByName([...names], choice.interval, options);
  const [some = new Map<number, unknown>()] = data.values();
  const buckets = [...some.keys()];
  const rows = [...data].map(([name, found]) => [name, choice.condense ? found : flat(found)] as const);
  const cells = choice.condense ? buckets : cellsOf(choice, timeseries, buckets, end);
  const times = choice.condense
    ? cells
    : exact(
        cells,
        rows.map(([, row]) => row),
      );
  const oldest = now - choice.kept - longestOf(choice.unit);
  const values = rows.map(([name, row]) => {
    const numbers = times.map((time) => {
      if (row.has(time)) return value.of(row.get(time)) ?? null;
      return time < oldest ? null : value.empty;
    });
    return [name, expired(numbers, times, oldest)] as const;
  });
  const grid = {
    times,
    step: shortestOf(choice.unit),
    regular: isRegular(choice.unit, timeseries.timezone) && isEven(times),
  };
  return { grid, values: new Map(values) };
}

/** Counts of buckets past their retention are no zeros. */
function expired(values: Values, times: readonly number[], oldest: number): Values {
  return (times[0] ?? oldest) >= oldest
    ? values
    : values.map((value, at) => ((times[at] ?? 0) < oldest ? null : value));
}

function flat(nested: ReadonlyMap<number, unknown>): ReadonlyMap<number, unknown> {
  return new Map([...nested.values()].flatMap((inner) => (inner instanceof Map ? [...inner] : [])));
}

/** Where the buckets of the resolution start in some buckets. */
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

/** Puts times that are in the data in the place of the cells that they are close to. */
function exact(cells: readonly number[], rows: readonly ReadonlyMap<number, unknown>[]): number[] {
  const known = new Set(cells);
  const others = new Set(rows.flatMap((row) => [...row.keys()].filter((time) => !known.has(time))));
  if (others.size === 0) return [...cells];
  const times = [...cells];
  for (const time of others) {
    let nearest = 0;
    for (const [at, cell] of cells.entries()) {
      if (Math.abs(cell - time) < Math.abs((cells[nearest] ?? Infinity) - time)) nearest = at;
    }
    times[nearest] = time;
  }
  return [...new Set(times)].sort((a, b) => a - b);
}

function isEven(times: readonly number[]): boolean {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) === step);
}

interface Window {
  readonly first: number;
  readonly grid: Grid;
}

/** The points after a time, or the last one where none starts after it. */
function windowFrom(grid: Grid, from: number): Window {
  const found = grid.times.findIndex((time) => time > from);
  const first = found < 0 ? Math.max(0, grid.times.length - 1) : found;
  return { first, grid: { ...grid, times: grid.times.slice(first) } };
}
