import type { BucketRow } from '../adapter.js';
import { InvalidValueError } from '../errors.js';
import { functionOption, optionError } from '../option.js';
import type { Schema } from '../schema.js';
import { bucketsBetween, type Interval, resolutionDuration, resolutionStart } from '../time/interval.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import { describeValue, type Value } from '../types/value.js';
import type { Range } from './range.js';
import { type CompiledTransform, compileTransform } from './transform.js';

/** The stages of a read that a call may replace, as it gave them. */
export interface StageOptions {
  readonly processRow?: unknown;
  readonly joinRows?: unknown;
  readonly condense?: unknown;
  readonly collapse?: unknown;
  readonly transform?: unknown;
}

type Reduce = (data: ReadonlyMap<number, unknown>) => unknown;

/** The stages in the order in which they run; `null` leaves one out. */
export interface Stages {
  readonly processRow: (data: unknown) => unknown;
  readonly joinRows: (rows: readonly unknown[]) => unknown;
  readonly condense: Reduce | null;
  readonly collapse: Reduce | null;
  readonly transform: CompiledTransform;
}

export function compileStages(
  schema: Schema,
  readFunc: ((value: Value) => unknown) | undefined,
  options: StageOptions,
): Stages {
  const { dataType } = schema;
  const process = functionOption('processRow', options.processRow);
  const join = functionOption('joinRows', options.joinRows);
  const condense = reduceOption(dataType, options.condense, 'condense');
  const collapse =
    options.collapse === true && condense !== null
      ? condense
      : reduceOption(dataType, options.collapse, 'collapse');
  return {
    processRow: process ?? ((data) => readRow(dataType, data, readFunc)),
    joinRows: join ?? ((rows) => dataType.join(rows.map((row) => native(dataType, row, 'joinRows')))),
    condense: condense ?? (collapse === null ? null : condenseWith(dataType)),
    collapse,
    transform: compileTransform(dataType, options.transform),
  };
}

function reduceOption(dataType: DataType<TimeseriesType>, option: unknown, name: string): Reduce | null {
  if (option === undefined || option === null || option === false) return null;
  if (option === true) return condenseWith(dataType);
  if (typeof option === 'function') return (data) => option(data);
  throw optionError(name, option, 'true, false or a function');
}

function condenseWith(dataType: DataType<TimeseriesType>): Reduce {
  return (data) => {
    let condensed = dataType.empty<Value>();
    for (const part of data.values()) condensed = dataType.add(condensed, native(dataType, part, 'condense'));
    return condensed;
  };
}

function readRow(
  dataType: DataType<TimeseriesType>,
  data: unknown,
  readFunc: ((value: Value) => unknown) | undefined,
): unknown {
  const row = native(dataType, data, 'processRow');
  return readFunc === undefined ? row : dataType.map(row, readFunc);
}

function native(dataType: DataType<TimeseriesType>, data: unknown, stage: string) {
  if (dataType.is(data)) return data;
  throw new InvalidValueError(
    `The read has ${describeValue(data)} where the data of a ${dataType.type} is expected; give a "${stage}" function that takes it`,
  );
}

/** Interval timestamp and data; the data of an interval with resolutions that is not condensed is a `Map`. */
export type Entry = readonly [timestamp: number, data: unknown];

interface ReadRequest {
  readonly interval: Interval;
  readonly range: Range;
  readonly names: readonly string[];
  /** Several names were asked for: their rows are joined. */
  readonly joined: boolean;
}

/** From the rows of a read to its result: every interval of the range, ascending. */
export function* runPipeline(
  schema: Schema,
  stages: Stages,
  request: ReadRequest,
  rows: Iterable<BucketRow>,
): Generator<Entry> {
  const { interval, range } = request;
  const entries = interval.resolution === null ? coarseEntries : resolvedEntries;
  const buckets = entries(schema, stages, request, rows);
  if (stages.collapse === null) {
    for (const bucket of buckets) yield [bucket.start, transformed(stages, bucket)];
    return;
  }
  const collected = new Map<number, unknown>();
  let duration = 0;
  for (const bucket of buckets) {
    collected.set(bucket.start, bucket.data);
    duration += bucket.duration;
  }
  yield [interval.step.startOf(range.first), stages.transform(stages.collapse(collected), duration)];
}

interface BucketEntry {
  readonly start: number;
  readonly duration: number;
  /** Left out where the resolutions stand in its place. */
  readonly data?: unknown;
  /** The resolution buckets with data, each transformed by itself, where they are not condensed. */
  readonly resolutions?: readonly BucketEntry[];
}

function transformed({ transform }: Stages, { resolutions, data, duration }: BucketEntry): unknown {
  if (resolutions === undefined) return transform(data, duration);
  return new Map(resolutions.map((each) => [each.start, transform(each.data, each.duration)]));
}

function* coarseEntries(
  { dataType }: Schema,
  stages: Stages,
  request: ReadRequest,
  rows: Iterable<BucketRow>,
): Generator<BucketEntry> {
  const { step } = request.interval;
  const names = nameReader(dataType, stages, request);
  const found = new Map<number, unknown>();
  for (const row of rows) names.gather(found, row.bucket, row);
  for (const bucket of bucketsBetween(step, request.range.first, request.range.last)) {
    yield {
      start: step.startOf(bucket),
      data: names.read(found.get(bucket)),
      duration: step.durationOf(bucket),
    };
  }
}

function* resolvedEntries(
  { dataType }: Schema,
  stages: Stages,
  request: ReadRequest,
  rows: Iterable<BucketRow>,
): Generator<BucketEntry> {
  const { interval, range } = request;
  const names = nameReader(dataType, stages, request);
  const found = new Map<number, Map<number, unknown>>();
  for (const row of rows) {
    const resolutions = found.get(row.bucket) ?? new Map<number, unknown>();
    found.set(row.bucket, resolutions);
    names.gather(resolutions, row.resolution, row);
  }
  for (const bucket of bucketsBetween(interval.step, range.first, range.last)) {
    const resolutions: BucketEntry[] = [];
    for (const [resolution, gathered] of [...(found.get(bucket) ?? [])].sort(([a], [b]) => a - b)) {
      resolutions.push({
        start: resolutionStart(interval, bucket, resolution),
        duration: resolutionDuration(interval, bucket, resolution),
        data: names.read(gathered),
      });
    }
    const whole = { start: interval.step.startOf(bucket), duration: interval.step.durationOf(bucket) };
    yield stages.condense === null
      ? { ...whole, resolutions }
      : { ...whole, data: stages.condense(new Map(resolutions.map((each) => [each.start, each.data]))) };
  }
}

/** Gathers the rows of all names of one bucket, and reads one row from what it gathered. */
interface NameReader {
  gather(into: Map<number, unknown>, key: number, row: BucketRow): void;
  read(gathered: unknown): unknown;
}

/** The empty value stands in for a name without data, which `processRow` never sees. */
function nameReader(
  dataType: DataType<TimeseriesType>,
  stages: Stages,
  { names, joined }: ReadRequest,
): NameReader {
  const process = (data: unknown) => (data === undefined ? dataType.empty() : stages.processRow(data));
  if (names.length === 1) {
    return {
      gather: (into, key, { data }) => into.set(key, data),
      read: joined ? (data) => stages.joinRows([process(data)]) : process,
    };
  }
  return {
    gather: (into, key, { name, data }) => {
      const named = into.get(key);
      if (named instanceof Map) named.set(name, data);
      else into.set(key, new Map([[name, data]]));
    },
    read: (named) =>
      stages.joinRows(names.map((name) => process(named instanceof Map ? named.get(name) : undefined))),
  };
}
