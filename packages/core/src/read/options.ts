import type { DataOf, TimeseriesType, TransformName } from '../types/data-type.js';
import type { Value } from '../types/value.js';

/** What `transform` takes: a name, a function, an array of them, or an object of them. */
export type TransformOption<D> =
  | TransformName
  | TransformFunction<D>
  | readonly (TransformName | TransformFunction<D>)[]
  | { readonly [key: string]: TransformName | TransformFunction<D> };

/** Gets the data of a bucket, and the seconds over which it was captured. */
export type TransformFunction<D> = (data: D, durationSeconds: number) => unknown;

/** What `condense` and `collapse` take: whether to, or how, from the data by timestamp, ascending. */
export type ReduceOption<D> = boolean | ((data: ReadonlyMap<number, D>) => unknown);

/** The options of `get` and `iterate`. The stages run in the order in which they stand here. */
export interface ReadOptions<T extends TimeseriesType, V, F, P, J, C, X> {
  /** Reads in place of the backend's own query; each backend documents its form. */
  readonly fetch?: F;
  /** Takes the data of one bucket of one name, in place of `readFunc`. Not called where there is no data. */
  readonly processRow?: (data: DataOf<T, V>) => P;
  /** Makes one of the rows of several names, in the order of the names; empty where a name has no data. */
  readonly joinRows?: (rows: readonly RowOf<T, V, P>[]) => J;
  /** Makes one of the resolutions of each interval. Does nothing where the interval has no resolution. */
  readonly condense?: C;
  /** Runs last, on whatever the stages before it made. */
  readonly transform?: X;
}

/** What `processRow` made, or the type's empty value where there is no data. */
export type RowOf<T extends TimeseriesType, V, P> = [P] extends [DataOf<T, V>] ? P : P | DataOf<T, never>;

/** What a condensed or collapsed read holds. */
export type Reduced<R, D> = R extends (data: never) => infer Result ? Result : D;

/** Whether a stage is switched on. */
export type IsOn<R> = [R] extends [false | undefined] ? false : true;

/** What a transform makes of data. */
export type Transformed<T extends TimeseriesType, V, X, D> = X extends TransformName
  ? NamedTransform<T, V, X, D>
  : X extends (...args: never[]) => infer Result
    ? Result
    : X extends readonly (infer E)[]
      ? TransformedArray<T, V, E, D>
      : X extends object
        ? { -readonly [K in keyof X]: Transformed<T, V, X[K], D> }
        : D;

type TransformedArray<T extends TimeseriesType, V, E, D> = {
  [N in Extract<E, TransformName>]: NamedTransform<T, V, N, D>;
} & ([Exclude<E, TransformName>] extends [never] ? unknown : { [functionName: string]: unknown });

type NamedTransform<T extends TimeseriesType, V, N extends TransformName, D> = T extends 'gauge'
  ? D
  : T extends 'count'
    ? N extends 'rate'
      ? number
      : D
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
