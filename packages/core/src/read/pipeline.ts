import type { BucketRow } from '../adapter.js';
import { ConfigurationError, InvalidValueError } from '../errors.js';
import type { Schema } from '../schema.js';
import { bucketsBetween, type Interval, resolutionDuration, resolutionStart } from '../time/interval.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import { describe, type Value } from '../types/value.js';
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
  const process = functionOption(options.processRow, 'processRow');
  const join = functionOption(options.joinRows, 'joinRows');
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

function functionOption(option: unknown, name: string): ((argument: unknown) => unknown) | undefined {
  if (option === undefined || option === null) return undefined;
  if (typeof option === 'function') return (argument) => option(argument);
  throw new ConfigurationError(`Option "${name}" is ${describe(option)}; expected a function`);
}

function reduceOption(dataType: DataType<TimeseriesType>, option: unknown, name: string): Reduce | null {
  if (option === undefined || option === null || option === false) return null;
  if (option === true) return condenseWith(dataType);
  if (typeof option === 'function') return (data) => option(data);
  throw new ConfigurationError(`Option "${name}" is ${describe(option)}; expected true, false or a function`);
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
    `The read has ${describe(data)} where the data of a ${dataType.type} is expected; give a "${stage}" function that takes it`,
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
    for (const { start, data, duration } of buckets) yield [start, finish(stages, data, duration)];
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
  readonly data: unknown;
  readonly duration: number;
}

/** The data of each resolution bucket with how long it is, for the transform. */
class Resolved {
  readonly data = new Map<number, unknown>();
  readonly durations: number[] = [];
}

function finish(stages: Stages, data: unknown, duration: number): unknown {
  if (!(data instanceof Resolved)) return stages.transform(data, duration);
  const transformed = new Map<number, unknown>();
  let index = 0;
  for (const [start, row] of data.data)
    transformed.set(start, stages.transform(row, data.durations[index++] ?? 0));
  return transformed;
}

function* coarseEntries(
  { dataType }: Schema,
  stages: Stages,
  { interval, range, names, joined }: ReadRequest,
  rows: Iterable<BucketRow>,
): Generator<BucketEntry> {
  const found = new Map<number, Map<string, unknown>>();
  for (const { bucket, name, data } of rows) {
    const named = found.get(bucket);
    if (named === undefined) found.set(bucket, new Map([[name, data]]));
    else named.set(name, data);
  }
  for (const bucket of bucketsBetween(interval.step, range.first, range.last)) {
    const data = rowOf(dataType, stages, names, joined, found.get(bucket));
    yield { start: interval.step.startOf(bucket), data, duration: interval.step.durationOf(bucket) };
  }
}

function* resolvedEntries(
  { dataType }: Schema,
  stages: Stages,
  { interval, range, names, joined }: ReadRequest,
  rows: Iterable<BucketRow>,
): Generator<BucketEntry> {
  const found = new Map<number, Map<number, Map<string, unknown>>>();
  for (const { bucket, resolution, name, data } of rows) {
    const resolutions = found.get(bucket) ?? new Map<number, Map<string, unknown>>();
    found.set(bucket, resolutions);
    const named = resolutions.get(resolution);
    if (named === undefined) resolutions.set(resolution, new Map([[name, data]]));
    else named.set(name, data);
  }
  for (const bucket of bucketsBetween(interval.step, range.first, range.last)) {
    const resolved = new Resolved();
    const resolutions = [...(found.get(bucket) ?? [])].sort(([a], [b]) => a - b);
    for (const [resolution, named] of resolutions) {
      const data = rowOf(dataType, stages, names, joined, named);
      resolved.data.set(resolutionStart(interval, bucket, resolution), data);
      resolved.durations.push(resolutionDuration(interval, bucket, resolution));
    }
    const data = stages.condense === null ? resolved : stages.condense(resolved.data);
    yield { start: interval.step.startOf(bucket), data, duration: interval.step.durationOf(bucket) };
  }
}

/** One row of all names: the empty value stands in for a name without data, which `processRow` never sees. */
function rowOf(
  dataType: DataType<TimeseriesType>,
  stages: Stages,
  names: readonly string[],
  joined: boolean,
  found: ReadonlyMap<string, unknown> | undefined,
): unknown {
  const rows = names.map((name) => {
    const data = found?.get(name);
    return data === undefined ? dataType.empty() : stages.processRow(data);
  });
  return joined ? stages.joinRows(rows) : rows[0];
}
