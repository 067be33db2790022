import { InvalidValueError } from '../errors.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import { extreme } from '../types/extremes.js';
import { addSums } from '../types/sums.js';
import type { Value } from '../values/insertable.js';
import { describeValue } from '../values/value.js';
import { Summary } from './summary.js';

/** How the rows of a read are added up: as data of the type, or as summaries of it. */
export interface Accumulation {
  /** Whether the order of adding matters. */
  readonly ordered: boolean;
  empty(): unknown;
  /** Adds later rows to earlier ones. Throws an `InvalidValueError` that names the stage if they cannot be added. */
  add(into: unknown, later: unknown, stage: string): unknown;
  /** Merges the rows of several names into one. */
  join(rows: readonly unknown[]): unknown;
}

export function accumulationOf(dataType: DataType<TimeseriesType>): Accumulation {
  return {
    ordered: dataType.ordered,
    empty: () => dataType.empty<Value>(),
    add: (into, later, stage) => dataType.add(native(dataType, into, stage), native(dataType, later, stage)),
    join: (rows) => dataType.join(rows.map((row) => native(dataType, row, 'joinRows'))),
  };
}

const nothing = new Summary({ count: 0, sum: 0 });

/** Of rows that are summaries. */
export const summaries: Accumulation = {
  ordered: false,
  empty: () => nothing,
  add: (into, later) => addSummaries(into, later),
  join: (rows) => rows.reduce<unknown>(addSummaries, nothing),
};

function addSummaries(into: unknown, later: unknown): Summary {
  if (!(into instanceof Summary && later instanceof Summary)) {
    throw new TypeError('Some rows of a read are summaries and others are not');
  }
  if (into === nothing) return later;
  if (later === nothing) return into;
  return new Summary({
    count: both(into.count, later.count, (a, b) => a + b),
    sum: both(into.sum, later.sum, addSums),
    min: both(into.min, later.min, (a, b) => extreme([a, b], 'min')),
    max: both(into.max, later.max, (a, b) => extreme([a, b], 'max')),
  });
}

function both<V>(one: V | undefined, other: V | undefined, add: (one: V, other: V) => V): V | undefined {
  return one === undefined || other === undefined ? undefined : add(one, other);
}

/** Data of the type. Throws if a stage returned something else. */
export function native(dataType: DataType<TimeseriesType>, data: unknown, stage: string) {
  if (dataType.is(data)) return data;
  throw new InvalidValueError(
    `The read has ${describeValue(data)} where the data of a ${dataType.type} is expected; pass a "${stage}" function that accepts it`,
  );
}
