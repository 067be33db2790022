import { type CustomFunction, functionOption, optionError } from '../option.js';
import type { Schema } from '../schema/schema.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import type { Value } from '../values/insertable.js';
import { native } from './accumulation.js';
import type { Statistic } from './summary.js';
import { type CompiledTransform, compileTransform } from './transform.js';

/** The stages of a read that a call may replace, as it gave them. */
export interface StageOptions {
  readonly processRow?: unknown;
  readonly joinRows?: unknown;
  readonly condense?: unknown;
  readonly collapse?: unknown;
  readonly transform?: unknown;
}

/** Makes one of the data of several buckets: a function of the caller's, or what is built in, which adds it up. */
export type Reduce = ((data: ReadonlyMap<number, unknown>) => unknown) | 'add';

/** The stages in the order in which they run; `null` leaves one out. */
export interface Stages {
  readonly processRow: (data: unknown) => unknown;
  /** Whether the rows go on as they are stored: no function of the user's sees them. */
  readonly asStored: boolean;
  /** `null` is what is built in. */
  readonly joinRows: CustomFunction | null;
  readonly condense: Reduce | null;
  readonly collapse: Reduce | null;
  readonly transform: CompiledTransform;
  /** What suffices for the transform in place of the data, or `null`. */
  readonly statistics: ReadonlySet<Statistic> | null;
}

/** What values are, where transforms depend on it. */
export interface ReadValues {
  readonly readFunc: ((value: Value) => unknown) | undefined;
  /** Whether they may be `bigint`s. */
  readonly bigints: boolean;
}

export function compileStages(schema: Schema, values: ReadValues, options: StageOptions): Stages {
  const { dataType } = schema;
  const process = functionOption('processRow', options.processRow);
  const condense = reduceOption(options.condense, 'condense');
  const collapse =
    options.collapse === true && condense !== null ? condense : reduceOption(options.collapse, 'collapse');
  const { transform, statistics } = compileTransform(dataType, options.transform, values.bigints);
  return {
    processRow: process ?? ((data) => readRow(dataType, data, values.readFunc)),
    // A count is no value that a readFunc gets.
    asStored: process === undefined && (values.readFunc === undefined || dataType.type === 'count'),
    joinRows: functionOption('joinRows', options.joinRows) ?? null,
    condense: condense ?? (collapse === null ? null : 'add'),
    collapse,
    transform,
    statistics,
  };
}

function reduceOption(option: unknown, name: string): Reduce | null {
  if (option === undefined || option === null || option === false) return null;
  if (option === true) return 'add';
  if (typeof option === 'function') return (data) => option(data);
  throw optionError(name, option, 'true, false or a function');
}

/** Whether a read comes to one sum of what is stored, without a look at each bucket of its range. */
export function addsUp({ joinRows, collapse }: Stages): boolean {
  // `collapse` takes the place of `condense` where that is a function.
  return collapse === 'add' && joinRows === null;
}

function readRow(
  dataType: DataType<TimeseriesType>,
  data: unknown,
  readFunc: ((value: Value) => unknown) | undefined,
): unknown {
  const row = native(dataType, data, 'processRow');
  return readFunc === undefined ? row : dataType.map(row, readFunc);
}
