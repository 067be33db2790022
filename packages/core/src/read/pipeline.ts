import type { BucketRow } from '../adapter.js';
import type { Schema } from '../schema/schema.js';
import { bucketsBetween, type Interval, resolutionDuration, resolutionStart } from '../time/interval.js';
import { isMap } from '../values/kinds.js';
import { type Accumulation, accumulationOf, summaries } from './accumulation.js';
import { Gathered } from './gathered.js';
import type { Range } from './range.js';
import { addsUp, type Reduce, type Stages } from './stages.js';
import { Summary } from './summary.js';
import { TimeSlices } from './time-slices.js';

/** Interval timestamp and data. */
export type Entry = readonly [timestamp: number, data: unknown];

/** The result of a read, ascending; `nested` if each interval holds the `Map` of its resolution buckets. */
export type ReadResult =
  | { readonly nested: false; readonly entries: Map<number, unknown> }
  | { readonly nested: true; readonly entries: Map<number, Map<number, unknown>> };

interface ReadRequest {
  readonly interval: Interval;
  readonly range: Range;
  /** Each once. */
  readonly names: readonly string[];
  /** Whether the caller asked for several names, whose rows are joined. */
  readonly joined: boolean;
}

/** Turns the rows of a read into its result. Long work yields to the event loop. */
export async function runPipeline(
  { dataType }: Schema,
  given: Stages,
  request: ReadRequest,
  found: Iterable<BucketRow>,
): Promise<ReadResult> {
  const { interval, range } = request;
  const { rows, first } = withFirst(found);
  const summarized = first?.data instanceof Summary;
  const accumulation = summarized ? summaries : accumulationOf(dataType);
  const stages = summarized ? { ...given, processRow: (data: unknown) => data } : given;
  const read: Read = { accumulation, stages, request, rows, slices: new TimeSlices() };
  if (stages.collapse !== null) {
    const collapsed = addsUp(stages) ? await added(read) : await collapse(read, stages.collapse);
    const duration = interval.step.durationOf(range.first, range.last);
    const start = interval.step.startOf(range.first);
    return { nested: false, entries: new Map([[start, stages.transform(collapsed, duration)]]) };
  }
  if (interval.resolution !== null && stages.condense === null) {
    return { nested: true, entries: await resolvedEntries(read) };
  }
  const entries = new Map<number, unknown>();
  await forEachBucket(read, (start, duration, data) => entries.set(start, stages.transform(data, duration)));
  return { nested: false, entries };
}

/** The rows with the first one read already. */
function withFirst(rows: Iterable<BucketRow>): {
  readonly rows: Iterable<BucketRow>;
  readonly first: BucketRow | undefined;
} {
  if (Array.isArray(rows)) return { rows, first: rows[0] };
  const iterator = rows[Symbol.iterator]();
  const begin = iterator.next();
  if (begin.done === true) return { rows: [], first: undefined };
  let begun = false;
  // A generator would cost more than the work on each row.
  const next = () => {
    if (begun) return iterator.next();
    begun = true;
    return begin;
  };
  const all = { next, return: () => iterator.return?.() ?? { done: true as const, value: undefined } };
  return { rows: { [Symbol.iterator]: () => all }, first: begin.value };
}

interface Read {
  readonly accumulation: Accumulation;
  readonly stages: Stages;
  readonly request: ReadRequest;
  readonly rows: Iterable<BucketRow>;
  readonly slices: TimeSlices;
}

async function collapse(read: Read, reduce: Reduce): Promise<unknown> {
  const collapsed = reducer(read.accumulation, reduce);
  await forEachBucket(read, (start, _, data) => collapsed.take(start, data));
  return collapsed.result();
}

/** Adds up all rows. Buckets without data add nothing. */
async function added(read: Read): Promise<unknown> {
  const { accumulation } = read;
  const names = nameReader(read);
  if (!accumulation.ordered) {
    const stage = read.request.joined ? 'joinRows' : 'condense';
    let sum = accumulation.empty();
    for (const row of read.rows) {
      if (read.slices.over()) await read.slices.pause();
      if (row.data !== undefined) sum = accumulation.add(sum, read.stages.processRow(row.data), stage);
    }
    return sum;
  }
  const sum = reducer(accumulation, 'add');
  const coarse = read.request.interval.resolution === null;
  const found = coarse ? [[0, await gather(read, names)] as const] : await gatherResolutions(read, names);
  for (const [, buckets] of found) {
    for (const [, gathered] of buckets) {
      if (read.slices.over()) await read.slices.pause();
      sum.take(0, names.read(gathered));
    }
  }
  return sum.result();
}

/** Goes through every bucket of the range, ascending, with its resolutions condensed. */
async function forEachBucket(
  read: Read,
  visit: (start: number, duration: number, data: unknown) => void,
): Promise<void> {
  const { interval, range } = read.request;
  const { step } = interval;
  const { slices } = read;
  const names = nameReader(read);
  if (interval.resolution === null) {
    const found = await gather(read, names);
    for (const bucket of bucketsBetween(step, range.first, range.last)) {
      if (slices.over()) await slices.pause();
      visit(step.startOf(bucket), step.durationOf(bucket), names.read(found.get(bucket)));
    }
    return;
  }
  const found = await gatherResolutions(read, names);
  for (const bucket of bucketsBetween(step, range.first, range.last)) {
    if (slices.over()) await slices.pause();
    const condensed = reducer(read.accumulation, read.stages.condense ?? 'add');
    for (const [resolution, gathered] of found.get(bucket) ?? []) {
      if (slices.over()) await slices.pause();
      condensed.take(resolutionStart(interval, bucket, resolution), names.read(gathered));
    }
    visit(step.startOf(bucket), step.durationOf(bucket), condensed.result());
  }
}

/** Every interval of the range with its resolution buckets, each transformed by itself. */
async function resolvedEntries(read: Read): Promise<Map<number, Map<number, unknown>>> {
  const { interval, range } = read.request;
  const { slices, stages } = read;
  const names = nameReader(read);
  const found = await gatherResolutions(read, names);
  const entries = new Map<number, Map<number, unknown>>();
  for (const bucket of bucketsBetween(interval.step, range.first, range.last)) {
    if (slices.over()) await slices.pause();
    const resolutions = new Map<number, unknown>();
    for (const [resolution, gathered] of found.get(bucket) ?? []) {
      if (slices.over()) await slices.pause();
      const duration = resolutionDuration(interval, bucket, resolution);
      const data = stages.transform(names.read(gathered), duration);
      resolutions.set(resolutionStart(interval, bucket, resolution), data);
    }
    entries.set(interval.step.startOf(bucket), resolutions);
  }
  return entries;
}

async function gather({ rows, slices }: Read, names: NameReader): Promise<Gathered<unknown>> {
  const found = new Gathered<unknown>();
  for (const row of rows) {
    if (slices.over()) await slices.pause();
    if (row.data !== undefined) names.gather(found, row.bucket, row);
  }
  return found;
}

async function gatherResolutions(
  { rows, slices }: Read,
  names: NameReader,
): Promise<Gathered<Gathered<unknown>>> {
  const found = new Gathered<Gathered<unknown>>();
  for (const row of rows) {
    if (slices.over()) await slices.pause();
    if (row.data === undefined) continue;
    let resolutions = found.get(row.bucket);
    if (resolutions === undefined) {
      resolutions = new Gathered();
      found.set(row.bucket, resolutions);
    }
    names.gather(resolutions, row.resolution, row);
  }
  return found;
}

/** Takes the data of buckets, ascending, and reduces it to one. */
interface Reducer {
  take(start: number, data: unknown): void;
  result(): unknown;
}

function reducer(accumulation: Accumulation, reduce: Reduce): Reducer {
  if (reduce !== 'add') {
    const taken = new Map<number, unknown>();
    return { take: (start, data) => taken.set(start, data), result: () => reduce(taken) };
  }
  let sum = accumulation.empty();
  return {
    take: (_, data) => {
      sum = accumulation.add(sum, data, 'condense');
    },
    result: () => sum,
  };
}

/** Gathers the rows of all names in one bucket, and reads one row from them. */
interface NameReader {
  gather(into: Gathered<unknown>, bucket: number, row: BucketRow): void;
  read(gathered: unknown): unknown;
}

/** A name without data gets the type's empty value, which `processRow` never sees. */
function nameReader({ accumulation, stages, request: { names, joined } }: Read): NameReader {
  const process = (data: unknown) => (data === undefined ? accumulation.empty() : stages.processRow(data));
  const join = stages.joinRows ?? ((rows: readonly unknown[]) => accumulation.join(rows));
  // The built-in stages need no row for a name without data.
  const emptyRow = () =>
    stages.joinRows === null ? accumulation.empty() : join(names.map(() => accumulation.empty()));
  if (names.length === 1) {
    return {
      gather: (into, bucket, { data }) => into.set(bucket, data),
      read: joined ? (data) => join([process(data)]) : process,
    };
  }
  return {
    gather: (into, bucket, { name, data }) => {
      const named = into.get(bucket);
      if (isMap(named)) named.set(name, data);
      else into.set(bucket, new Map([[name, data]]));
    },
    read: (named) => (isMap(named) ? join(names.map((name) => process(named.get(name)))) : emptyRow()),
  };
}
