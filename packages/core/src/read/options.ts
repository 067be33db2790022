import type { DataOf, TimeseriesType, TransformName } from '../types/data-type.js';
import type { PercentileName } from '../types/percentile-name.js';
import type { Value } from '../values/insertable.js';

/** Receives the data of a bucket and its duration in seconds. */
export type TransformFunction<D, R = unknown> = (data: D, durationSeconds: number) => R;

/** Receives data by timestamp, ascending, and merges it into one. */
export type ReduceFunction<D, R = unknown> = (data: ReadonlyMap<number, D>) => R;

/** A switch. If the caller passes a function instead, it is inferred as `boolean | null`. */
export type Switch = boolean | null;

/**
 * The options of `get` and `iterate`. The stages run in the order in which they are listed here.
 *
 * `P`, `J`, `C` and `R` are the results of the call's functions; `N` is the name of a built-in transform, `M` the array
 * or object of several.
 */
export interface ReadOptions<
  T extends TimeseriesType,
  Stored,
  V,
  F,
  P,
  J,
  C,
  Condense extends Switch,
  Final,
  N extends TransformName,
  R,
  M extends object,
> {
  /** Reads in place of the backend's own query. Each backend documents its signature. */
  readonly fetch?: F | undefined;
  /** Receives the data of one bucket of one name, in place of `readFunc`. Not called for buckets without data. */
  readonly processRow?: ((data: DataOf<T, Stored>) => P) | undefined;
  /** Merges the rows of several names, in the order of the names, into one. A name without data has an empty row. */
  readonly joinRows?: ((rows: readonly RowOf<T, V, P>[]) => J) | undefined;
  /** Merges the resolution buckets of each interval into one. Has no effect if the interval has no resolution. */
  readonly condense?: Condense | ReduceFunction<J, C> | undefined;
  /**
   * Runs last, on the result of the other stages. A name, a function, an array of these (the result is an object with
   * their names as keys), or an object of these (the result is an object with its keys).
   */
  readonly transform?:
    | N
    | TransformFunction<Final, R>
    | { readonly [K in keyof M]: (M[K] & TransformName) | TransformFunction<Final, M[K]> }
    | undefined;
}

/** The result of `processRow`, or the type's empty value if there is no data. */
export type RowOf<T extends TimeseriesType, V, P> = [P] extends [DataOf<T, V>] ? P : P | DataOf<T, never>;

/** `true` or `false` if a switch is known to be on or off, else `boolean`. */
export type IsOn<S extends Switch> = [S] extends [false]
  ? false
  : [S] extends [true]
    ? true
    : [S] extends [boolean]
      ? boolean
      : true;

/** The result of a call's transforms for some data. */
export type Transformed<
  T extends TimeseriesType,
  V,
  N extends TransformName,
  R,
  M extends object,
  D,
> = M extends readonly (infer E)[]
  ? {
      [N in Extract<E, TransformName>]: NamedTransform<T, V, N, D>;
    } & ([Exclude<E, TransformName>] extends [never] ? unknown : { [functionName: string]: unknown })
  : 'charAt' extends keyof M
    ? NamedTransform<T, V, N, D>
    : [keyof M] extends [never]
      ? [R] extends [never]
        ? D
        : R
      : { -readonly [K in keyof M]: M[K] extends TransformName ? NamedTransform<T, V, M[K], D> : M[K] };

type NamedTransform<T extends TimeseriesType, V, N extends TransformName, D> = T extends 'gauge'
  ? D
  : T extends 'count'
    ? N extends 'rate'
      ? number
      : D
    : N extends 'median' | 'stddev' | 'distinct' | PercentileName
      ? number | null
      : N extends 'min' | 'max'
        ? V | number
        : N extends 'rate'
          ? T extends 'histogram'
            ? Map<V, number>
            : number
          : N extends 'sum'
            ? bigint extends V
              ? number | bigint
              : number
            : number;

/** A value as reads return it: the result of `readFunc`. Counts stay numbers. */
export type ReadValue<V extends Value, R> = unknown extends R ? V : R;
