import type { AnyTimeseries, TransformName } from '@kairos/core';
import type { Context } from '../context.js';
import { BadRequest } from './bad-request.js';
import { shortestOf } from './calendar.js';
import { Catalogue, type Match } from './catalogue.js';
import { type Choice, chooseInterval, type Wanted } from './choose-interval.js';
import { type Leaf, leavesOf, type Need, needsOf, type Plan, type StepOf } from './plan.js';
import { type Points, readPoints } from './points.js';
import type { Grid, Series } from './series.js';

/** The data that plans need, after it was read. */
export interface Readings {
  readonly stepOf: StepOf;
  read(need: Need): readonly Series[];
}

/** The read of one timeseries: all names that any target needs, over the widest range that any needs. */
interface Reading {
  readonly timeseries: AnyTimeseries;
  readonly choice: Choice;
  readonly names: Set<string>;
  readonly transforms: Set<TransformName | undefined>;
  from: number;
}

type Matches = ReadonlyMap<string, readonly Match[]>;

/** Reads the data of some plans: one round trip for each timeseries, plus the lists of names for wildcards. */
export async function readFor(plans: readonly Plan[], context: Context, wanted: Wanted): Promise<Readings> {
  const catalogue = new Catalogue(context);
  const leaves = plans.flatMap(leavesOf);
  const matches = await matchesOf(leaves, catalogue);
  const readings = readingsOf(leaves, matches, {
    ...wanted,
    points: Math.min(wanted.points, context.maxBuckets),
  });
  const keysOf = ({ path }: Leaf) => (matches.get(path.pattern) ?? []).map(({ key }) => key);
  const stepOf = (leaf: Leaf) =>
    Math.max(1, ...keysOf(leaf).map((key) => shortestOf(readings.get(key)?.choice.unit ?? 1)));
  for (const { leaf, from } of plans.flatMap((plan) => needsOf(plan, wanted.from, stepOf))) {
    for (const key of keysOf(leaf)) {
      const reading = readings.get(key);
      if (reading !== undefined) reading.from = Math.min(reading.from, from);
    }
  }
  checkSize([...readings.values()], wanted, context.maxBuckets);
  const { until, now } = wanted;
  const read = [...readings].map(
    async ([key, reading]) => [key, await readPoints({ ...reading, until, now })] as const,
  );
  const points = new Map(await Promise.all(read));
  const absent = await absentNames(matches, points, catalogue);
  return { stepOf, read: readerOf(matches, points, absent) };
}

async function matchesOf(leaves: readonly Leaf[], catalogue: Catalogue): Promise<Matches> {
  const matches = new Map<string, readonly Match[]>();
  for (const { path } of leaves) {
    if (!matches.has(path.pattern)) matches.set(path.pattern, await catalogue.match(path.pattern));
  }
  return matches;
}

function readingsOf(leaves: readonly Leaf[], matches: Matches, wanted: Wanted): Map<string, Reading> {
  const readings = new Map<string, Reading>();
  for (const { path, transform } of leaves) {
    for (const { key, timeseries, names } of matches.get(path.pattern) ?? []) {
      const reading: Reading = readings.get(key) ?? {
        timeseries,
        choice: chooseInterval(timeseries.intervals, wanted),
        names: new Set(),
        transforms: new Set(),
        from: wanted.from,
      };
      for (const name of names) reading.names.add(name);
      reading.transforms.add(transform);
      readings.set(key, reading);
    }
  }
  return readings;
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

/** Requested names without wildcards that do not exist. Looks up only those without data. */
async function absentNames(
  matches: Matches,
  points: ReadonlyMap<string, Points>,
  catalogue: Catalogue,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const { key, names, listed } of [...matches.values()].flat()) {
    if (listed) continue;
    for (const name of names) {
      const values = points.get(key)?.valuesOf(name, undefined) ?? [];
      if (values.some((value) => value !== null && value !== 0)) continue;
      if (!(await catalogue.list(key, name)).includes(name)) absent.add(idOf(key, name));
    }
  }
  return absent;
}

function readerOf(
  matches: Matches,
  points: ReadonlyMap<string, Points>,
  absent: ReadonlySet<string>,
): Readings['read'] {
  const windows = new Map<string, Window>();
  const windowOf = (key: string, grid: Grid, from: number) => {
    const window = windows.get(idOf(key, from)) ?? windowFrom(grid, from);
    windows.set(idOf(key, from), window);
    return window;
  };
  return ({ leaf: { path, transform }, from }) =>
    (matches.get(path.pattern) ?? []).flatMap(({ key, names }) => {
      const found = points.get(key);
      if (found === undefined) return [];
      const { first, grid } = windowOf(key, found.grid, from);
      return names
        .filter((name) => !absent.has(idOf(key, name)))
        .map((name): Series => {
          const source = `${key}.${name}`;
          const values = found.valuesOf(name, transform).slice(first);
          return { name: source, path: path.text, source, grid, values };
        });
    });
}

function idOf(key: string, detail: string | number): string {
  return JSON.stringify([key, detail]);
}

interface Window {
  readonly first: number;
  readonly grid: Grid;
}

/** The points after a time, or only the last one if none is later. */
function windowFrom(grid: Grid, from: number): Window {
  const found = grid.times.findIndex((time) => time > from);
  const first = found < 0 ? Math.max(0, grid.times.length - 1) : found;
  return { first, grid: { ...grid, times: grid.times.slice(first) } };
}
