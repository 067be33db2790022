import type { Chart } from './board.js';
import type { ChartQuery } from './chart-query.js';
import { asEntries, asRecord, type Entry, isRecord, UnexpectedAnswerError } from './decode.js';
import { endOfBucket, type Grain } from './grains.js';
import type { TimeseriesInfo } from './timeseries-info.js';
import { isOfNothing, transformLabel } from './transforms.js';

/** A figure, a text (of a gauge), or nothing. */
export type Cell = number | string | null;

/** The data of one line. */
export interface Column {
  readonly label: string;
  readonly cells: readonly Cell[];
}

/** The buckets that a chart shows, in order. */
export interface Buckets {
  readonly times: readonly number[];
  readonly ends: readonly number[];
  readonly grain: Grain;
  /** When they were read, in Unix seconds. */
  readonly readAt: number;
}

/** Figures over buckets. */
export interface Frame extends Buckets {
  readonly columns: readonly Column[];
}

/** How often each value occurred, over buckets. */
export interface HeatFrame extends Buckets {
  readonly tallies: readonly (readonly Tally[])[];
}

export type Tally = readonly [value: number | string, count: number];

/** With more buckets than this, empty ones are not filled in. */
const MOST_FILLED = 20_000;

/** Reads an answer as columns, one for each name and transform. */
export function frameOf(answer: unknown, chart: Chart, info: TimeseriesInfo, query: ChartQuery): Frame {
  const series = seriesOf(answer, chart, query).map(
    ([name, entries]) => [name, timesOf(entries, query)] as const,
  );
  const buckets = bucketsOf(
    series.map(([, { outer }]) => outer),
    series.map(([, { inner }]) => inner),
    query,
  );
  const shown = query.transforms.length === 0 ? [undefined] : query.transforms;
  const columns = series.flatMap(([name, { inner }]) => {
    const byTime = new Map(inner);
    return shown.map((transform) => ({
      label: labelOf(name, transform, chart, query),
      cells: buckets.times.map((time) => {
        if (!byTime.has(time)) return emptyCell(info, transform, query);
        return cellOf(byTime.get(time), transform);
      }),
    }));
  });
  return { ...buckets, columns };
}

/** Reads an answer of histograms or series as tallies. */
export function heatFrameOf(answer: unknown, query: ChartQuery): HeatFrame {
  const { outer, inner } = timesOf(asEntries(answer), query);
  const buckets = bucketsOf([outer], [inner], query);
  const byTime = new Map(inner);
  return { ...buckets, tallies: buckets.times.map((time) => talliesOf(byTime.get(time) ?? [])) };
}

function seriesOf(
  answer: unknown,
  chart: Chart,
  { byName }: ChartQuery,
): (readonly [string, readonly Entry[]])[] {
  if (!byName) {
    const { length } = chart.names;
    return [[length === 1 ? (chart.names[0] ?? '') : `${length} names together`, asEntries(answer)]];
  }
  const found = asRecord(answer, 'series by name are an object');
  return chart.names.map((name) => {
    if (Object.hasOwn(found, name)) return [name, asEntries(found[name])];
    throw new UnexpectedAnswerError(`there is a series for each name, but none for ${JSON.stringify(name)}`);
  });
}

interface Times {
  readonly outer: readonly number[];
  readonly inner: readonly Entry[];
}

function timesOf(entries: readonly Entry[], { grain }: ChartQuery): Times {
  const outer = entries.map(([time]) => time);
  return { outer, inner: grain.detail ? entries.flatMap(([, data]) => asEntries(data)) : entries };
}

function bucketsOf(
  outer: readonly (readonly number[])[],
  inner: readonly (readonly Entry[])[],
  { grain, span }: ChartQuery,
): Buckets {
  const found = new Set(inner.flatMap((entries) => entries.map(([time]) => time)));
  if (grain.detail)
    for (const time of emptyBuckets(new Set(outer.flat()), found, grain, span.now)) found.add(time);
  const times = [...found].sort((a, b) => a - b);
  const ends = times.map((time, index) => {
    const end = endOfBucket(time, grain.unit);
    const next = times[index + 1];
    // The start of the next bucket is exact, also for a day of 25 hours.
    return next !== undefined && next - time < (end - time) * 1.3 ? next : end;
  });
  return { times, ends, grain, readAt: span.now };
}

/**
 * The empty buckets of a resolution, which an answer leaves out. If the resolution is in seconds, all of them can be
 * computed. For calendar units, one after each bucket with data is enough to break the line.
 */
function emptyBuckets(
  outer: ReadonlySet<number>,
  found: ReadonlySet<number>,
  grain: Grain,
  now: number,
): readonly number[] {
  const { unit } = grain;
  if (typeof unit === 'string') return cutsOf(found, grain);
  const first = Math.min(...outer);
  const last = Math.min(now, Math.max(...outer, ...found));
  if (!((last - first) / unit < MOST_FILLED)) return [];
  const filled = [...outer];
  for (let time = Math.ceil(first / unit) * unit; time <= last; time += unit) filled.push(time);
  return filled;
}

function cutsOf(found: ReadonlySet<number>, { unit, seconds }: Grain): readonly number[] {
  const times = [...found].sort((a, b) => a - b);
  return times.flatMap((time, index) => {
    const end = endOfBucket(time, unit);
    const next = times[index + 1];
    return next !== undefined && next - end > seconds / 2 ? [end] : [];
  });
}

function labelOf(
  name: string,
  transform: string | undefined,
  chart: Chart,
  { transforms }: ChartQuery,
): string {
  if (transform === undefined || transforms.length === 1) return name;
  const label = transformLabel(transform);
  return chart.names.length === 1 || chart.together ? label : `${name} · ${label}`;
}

function emptyCell({ type }: TimeseriesInfo, transform: string | undefined, { grain }: ChartQuery): Cell {
  // The added bucket of a calendar unit only breaks the line: its data is unknown.
  if (typeof grain.unit === 'string') return null;
  if (transform === undefined) return type === 'count' ? 0 : null;
  return transform !== 'distinct' && isOfNothing(transform) ? 0 : null;
}

function cellOf(data: unknown, transform: string | undefined): Cell {
  if (transform === undefined || !isRecord(data) || Object.hasOwn(data, 'bigint')) return asCell(data);
  if (data.count === 0 && !isOfNothing(transform)) return null;
  return asCell(data[transform]);
}

/** Reads a cell. Values that JSON cannot hold come as objects with their type: `{ bigint: '9007199254740993' }`. */
function asCell(value: unknown): Cell {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  const [named, ...others] = isRecord(value) ? Object.values(value) : [];
  return typeof named === 'string' && others.length === 0 ? named : JSON.stringify(value);
}

function talliesOf(data: unknown): readonly Tally[] {
  if (!Array.isArray(data)) throw new UnexpectedAnswerError('a histogram is an array');
  const tallies = new Map<number | string, number>();
  for (const each of data) {
    const pair: unknown[] = Array.isArray(each) ? each : [each, 1];
    const value = asCell(pair[0]);
    const count = Number(pair[1]);
    if (value !== null) tallies.set(value, (tallies.get(value) ?? 0) + count);
  }
  return [...tallies];
}

/** Whether there is nothing to see: no figures, or only zeros. */
export function isEmptyFrame({ columns }: Frame): boolean {
  return columns.every(({ cells }) => cells.every((cell) => cell === null || cell === 0));
}

export function isEmptyHeat({ tallies }: HeatFrame): boolean {
  return tallies.every((each) => each.length === 0);
}

/** The figures that lines and bars can draw; `null` for text. */
export function numbersOf({ cells }: Column): (number | null)[] {
  return cells.map((cell) => (typeof cell === 'number' ? cell : wholeNumber(cell)));
}

/** Reads a whole number that came as text because a JavaScript number cannot hold it exactly. */
function wholeNumber(cell: string | null): number | null {
  return cell !== null && /^-?\d{16,}$/.test(cell) ? Number(cell) : null;
}
