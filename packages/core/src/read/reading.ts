import type { Fixed, TimeseriesTypes } from '../timeseries-types.js';
import type { DataOf, TransformName } from '../types/data-type.js';
import type { Timestamp } from '../values/insertable.js';
import type { Condensed, Nested } from './nesting.js';
import type { ReadOptions, ReduceFunction, RowOf, Switch, Transformed } from './options.js';
import type { RangeOptions } from './range.js';

/** One name, or several whose data is joined. A name given twice counts once. */
export type Name = string | readonly string[] | ReadonlySet<string>;

/**
 * A method that reads buckets: `Reading<S, 'get'>['method']` is the type of `get`. It is declared as a
 * method, because only then is a timeseries assignable to a less specific type.
 *
 * `P`, `J`, `C` and `L` are the results of `processRow`, `joinRows`, `condense` and `collapse`. `N`, `R` and
 * `M` are the transform: a name, the result of a function, an array or object of several.
 */
export interface Reading<S extends TimeseriesTypes, Read extends keyof Results> {
  // No docstring here, so that editors show the one of the method of `Timeseries`.
  method<
    I extends keyof S['intervals'] & string,
    P = DataOf<S['type'], S['read']>,
    J = RowOf<S['type'], S['read'], P>,
    C = J,
    L = Condensed<S['intervals'][I], J, C>,
    const Condense extends Switch = false,
    const Collapse extends Switch = false,
    const N extends TransformName = never,
    R = never,
    M extends object = Record<never, never>,
  >(
    name: Name,
    interval: I,
    options?: CallOptions<
      S,
      P,
      J,
      C,
      Condense,
      LastStage<Condensed<S['intervals'][I], J, C>, L>[Read],
      N,
      R,
      M
    > &
      OwnOptions<Condensed<S['intervals'][I], J, C>, L, Collapse>[Read],
  ): Results<
    Fixed<Result<S, N, R, M, Condensed<S['intervals'][I], J, C>>>,
    Fixed<Nested<S['intervals'][I], Condense, Collapse, Result<S, N, R, M, J>, Result<S, N, R, M, L>>>
  >[Read];
}

/** The options of a read, typed for one timeseries. */
type CallOptions<
  S extends TimeseriesTypes,
  P,
  J,
  C,
  Condense extends Switch,
  Last,
  N extends TransformName,
  R,
  M extends object,
> = ReadOptions<S['type'], S['value'], S['read'], S['backend']['fetch'], P, J, C, Condense, Last, N, R, M>;

/** The result of a call's transforms of `D`. */
type Result<S extends TimeseriesTypes, N extends TransformName, R, M extends object, D> = Transformed<
  S['type'],
  S['read'],
  N,
  R,
  M,
  D
>;

/** What each method transforms: the data of an interval, or the collapsed data of several. */
interface LastStage<D, L> {
  get: D;
  series: L;
  seriesByName: L;
  iterate: D;
}

/** The options of each method besides the stages. */
interface OwnOptions<D, L, Collapse extends Switch> {
  get: {
    /** A timestamp in the bucket. Default: now. */
    readonly timestamp?: Timestamp | null | undefined;
  };
  series: SeriesOptions<D, L, Collapse>;
  seriesByName: SeriesOptions<D, L, Collapse> & { readonly joinRows?: undefined };
  iterate: unknown;
}

interface SeriesOptions<D, L, Collapse extends Switch> extends RangeOptions {
  /** Merges all intervals of the range into one. */
  readonly collapse?: Collapse | ReduceFunction<D, L> | undefined;
}

/** The result of each method, given the result for one interval, and that for one of a series. */
interface Results<One = unknown, OfSeries = unknown> {
  get: Promise<Map<number, One>>;
  series: Promise<Map<number, OfSeries>>;
  seriesByName: Promise<Map<string, Map<number, OfSeries>>>;
  iterate: AsyncGenerator<[timestamp: number, data: One], void, undefined>;
}
