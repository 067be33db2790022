import type { DataOf, TimeseriesType, TransformName } from '../types/data-type.js';
import type { PercentileName } from '../types/percentile-name.js';
import type { Value } from '../values/insertable.js';

/** Gets the data of a bucket, and the seconds over which it was captured. */
export type TransformFunction<D, R = unknown> = (data: D, durationSeconds: number) => R;

/** Gets data by timestamp, ascending, and makes one of it. */
export type ReduceFunction<D, R = unknown> = (data: ReadonlyMap<number, D>) => R;

/** A switch, or a function in its place: the switch is inferred as `boolean | null` where a function is given. */
export type Switch = boolean | null;

/**
 * The options of `get` and `iterate`. The stages run in the order in which they stand here.
 *
 * `P`, `J`, `C` and `R` are what the functions of the call make; `N` is the name of a built-in transform, `M` the
 * array or object of several.
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
  /** Reads in place of the backend's own query; each backend documents its form. */
  readonly fetch?: F | undefined;
  /** Takes the data of one bucket of one name, in place of `readFunc`. Not called where there is no data. */
  readonly processRow?: ((data: DataOf<T, Stored>) => P) | undefined;
  /** Makes one of the rows of several names, in the order of the names; empty where a name has no data. */
  readonly joinRows?: ((rows: readonly RowOf<T, V, P>[]) => J) | undefined;
  /** Makes one of the resolutions of each interval. Does nothing where the interval has no resolution. */
  readonly condense?: Condense | ReduceFunction<J, C> | undefined;
  /**
   * Runs last, on whatever the stages before it made: a name, a function, an array of them (the result is an object
   * with their names as keys) or an object of them (the result is an object with its keys).
   */
  readonly transform?:
    | N
    | TransformFunction<Final, R>
    | { readonly [K in keyof M]: (M[K] & TransformName) | TransformFunction<Final, M[K]> }
    | undefined;
}

/** What `processRow` made, or the type's empty value where there is no data. */
export type RowOf<T extends TimeseriesType, V, P> = [P] extends [DataOf<T, V>] ? P : P | DataOf<T, never>;

/** `true` or `false` where a switch is known to be on or off, else `boolean`. */
export type IsOn<S extends Switch> = [S] extends [false]
  ? false
  : [S] extends [true]
    ? true
    : [S] extends [boolean]
      ? boolean
      : true;

/** What the transforms of a call make of data. */
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

/** A value as it is read: what `readFunc` makes of it. Counts stay numbers. */
export type ReadValue<V extends Value, R> = unknown extends R ? V : R;
