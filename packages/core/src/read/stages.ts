import { type CustomFunction, functionOption, optionError } from '../option.js';
import type { Schema } from '../schema/schema.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import type { Value } from '../values/insertable.js';
import { native } from './accumulation.js';
import type { Statistic } from './summary.js';
import { type CompiledTransform, compileTransform } from './transform.js';

/** The stages that a call replaces, as given. */
export interface StageOptions {
  readonly processRow?: unknown;
  readonly joinRows?: unknown;
  readonly condense?: unknown;
  readonly collapse?: unknown;
  readonly transform?: unknown;
}

/** Merges the data of several buckets: the user's function, or the built-in one, which adds up. */
export type Reduce = ((data: ReadonlyMap<number, unknown>) => unknown) | 'add';

/** The stages in the order in which they run; `null` leaves one out. */
export interface Stages {
  readonly processRow: (data: unknown) => unknown;
  /** Whether rows enter the other stages as stored, without a `processRow` or `readFunc` of the user. */
  readonly asStored: boolean;
  /** `null` for the built-in one. */
  readonly joinRows: CustomFunction | null;
  readonly condense: Reduce | null;
  readonly collapse: Reduce | null;
  readonly transform: CompiledTransform;
  /** The statistics that suffice for the transform in place of the data, or `null`. */
  readonly statistics: ReadonlySet<Statistic> | null;
}

/** The properties of values that transforms depend on. */
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
    // A count is not a value, so `readFunc` does not get it.
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

/** Whether a read only adds up what is stored, without looking at each bucket of its range. */
export function addsUp({ joinRows, collapse }: Stages): boolean {
  // With a function for `condense`, `collapse: true` is that function.
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
