import type { BackendTypes } from './adapter.js';
import type { Value } from './insertable.js';
import type { IsOn, ReadOptions, RowOf, Switch, Transformed } from './read/options.js';
import type { IntervalsOptions } from './schema.js';
import type { DataOf, TimeseriesType, TransformName } from './types/data-type.js';

/** The types of one timeseries in one place, so that the methods read simply. */
export interface TimeseriesTypes {
  type: TimeseriesType;
  /**
   * Methods write `keyof S['intervals'] & string` out: for an alias, the compiler's error would name the alias instead
   * of the interval names.
   */
  intervals: IntervalsOptions;
  /** Values as the store returns them. */
  value: Value;
  /** Values as reads return them. */
  read: unknown;
  /** Values as inserts accept them. */
  write: unknown;
  backend: BackendTypes;
}

/** One name, or several to join. Each counts once. */
export type Name = string | readonly string[] | ReadonlySet<string>;
export type Data<S extends TimeseriesTypes> = DataOf<S['type'], S['read']>;
export type Row<S extends TimeseriesTypes, P> = RowOf<S['type'], S['read'], P>;

/** Whether an interval, as written, has a resolution finer than its step; `boolean` if that is not known. */
type HasResolution<O> = O extends { readonly step: infer Step; readonly resolution: infer R }
  ? [R] extends [undefined]
    ? false
    : false extends IsKnown<R> | IsKnown<Step>
      ? boolean
      : [R, Step] extends [Step, R]
        ? false
        : true
  : 'resolution' extends keyof O
    ? boolean
    : false;

/** Whether the type of a step or resolution is one literal, not a union or a pattern of text. */
type IsKnown<U> = number extends U
  ? false
  : Record<never, never> extends Record<U & string, unknown>
    ? [U] extends [number]
      ? Not<IsUnion<U>>
      : false
    : Not<IsUnion<U>>;

type Not<Condition extends boolean> = Condition extends true ? false : true;

type IsUnion<U, Whole = U> = U extends unknown ? ([Whole] extends [U] ? false : true) : never;

type If<Condition extends boolean, Then, Else> = Condition extends true ? Then : Else;

/** What an interval holds after condensing. Intervals without a resolution are not condensed. */
export type Condensed<S extends TimeseriesTypes, I extends keyof S['intervals'] & string, J, C> = If<
  HasResolution<S['intervals'][I]>,
  C,
  J
>;

/** The result of a call's transforms for the data `D`. */
export type Result<S extends TimeseriesTypes, N extends TransformName, R, M extends object, D> = Transformed<
  S['type'],
  S['read'],
  N,
  R,
  M,
  D
>;

/** Whether a series has a `Map` of resolution buckets in each interval; `boolean` if that is not known. */
export type IsNested<
  S extends TimeseriesTypes,
  I extends keyof S['intervals'] & string,
  Condense extends Switch,
  Collapse extends Switch,
> = If<HasResolution<S['intervals'][I]>, Neither<IsOn<Condense>, IsOn<Collapse>>, false>;

type Neither<A extends boolean, B extends boolean> = A extends true ? false : B extends true ? false : true;

/** A type from which nothing is inferred. Unlike `NoInfer`, it does not appear in what compilers and editors show. */
export type Fixed<R> = [R] extends [infer Known] ? Known : never;

export type SeriesResult<Nested extends boolean, Each, Flat> = Nested extends true ? Map<number, Each> : Flat;

/** The options of a read, typed for one timeseries. */
export type CallOptions<
  S extends TimeseriesTypes,
  P,
  J,
  C,
  Condense extends Switch,
  Final,
  N extends TransformName,
  R,
  M extends object,
> = ReadOptions<S['type'], S['value'], S['read'], S['backend']['fetch'], P, J, C, Condense, Final, N, R, M>;
