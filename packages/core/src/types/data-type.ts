import type { StoredValue, Value } from '../values/insertable.js';
import type { PercentileName } from './percentile-name.js';

/** The five types of timeseries. */
export type TimeseriesType = 'series' | 'histogram' | 'count' | 'gauge' | 'set';

/** The data of one bucket, by type, over values of `V`. */
export interface DataByType<V> {
  /** Every value in order of arrival. */
  series: V[];
  /** Each value and how often it occurred. */
  histogram: Map<V, number>;
  /** The sum of the amounts. */
  count: number;
  /** The last value written, `null` if there is none. */
  gauge: V | null;
  /** Each value once. */
  set: Set<V>;
}

export type DataOf<T extends TimeseriesType, V> = DataByType<V>[T];

/** What a backend stores and returns for one bucket. */
export type StoredData<T extends TimeseriesType = TimeseriesType> = DataByType<StoredValue>[T];

export const transformNames = [
  'mean',
  'count',
  'min',
  'max',
  'sum',
  'rate',
  'median',
  'stddev',
  'distinct',
] as const;

/** A built-in transform; `p0` to `p100` are percentiles, with decimals if you want: `'p99.9'`. */
export type TransformName = (typeof transformNames)[number] | PercentileName;

/** Everything that is specific to a type: one stateless object for each. */
export interface DataType<T extends TimeseriesType> {
  readonly type: T;
  /** Whether the order of adding data matters. */
  readonly ordered: boolean;
  empty<V>(): DataOf<T, V>;
  /** The data of some values, in order of arrival. */
  of<V>(values: Iterable<V>): DataOf<T, V>;
  /** Adds later data to earlier data, reusing `into` if possible, and returns the sum. */
  add<V>(into: DataOf<T, V>, later: DataOf<T, V>): DataOf<T, V>;
  /** One bucket's data from that of several names. */
  join<V>(rows: readonly DataOf<T, V>[]): DataOf<T, V>;
  /** Applies a function to every value. */
  map<V, R>(data: DataOf<T, V>, fn: (value: V) => R): DataOf<T, R>;
  /** Whether data is of this type's shape, whatever its values. */
  is<V = Value>(data: unknown): data is DataOf<T, V>;
  /**
   * Runs a built-in transform. One that is undefined for the type returns the data unchanged. Sums beyond the
   * safe numbers are `bigint`s if the values may be `bigint`s (`bigints`), or one of them is.
   */
  transform(name: TransformName, data: DataOf<T, Value>, durationSeconds: number, bigints?: boolean): unknown;
}
