import type { BackendTypes } from './adapter.js';
import type { IntervalsOptions } from './schema/schema.js';
import type { TimeseriesType } from './types/data-type.js';
import type { Value } from './values/insertable.js';

/** The types of one timeseries, gathered so that the methods read simply. */
export interface TimeseriesTypes {
  type: TimeseriesType;
  /**
   * Methods write the names out, as `keyof S['intervals'] & string`: of an alias the compiler would say the alias in
   * place of the names that there are.
   */
  intervals: IntervalsOptions;
  /** The values as the store gives them back. */
  value: Value;
  /** The values as reads return them. */
  read: unknown;
  /** The values as inserts take them. */
  write: unknown;
  backend: BackendTypes;
}

/** The types of a backend that is not known, or where none is registered. */
export interface NoBackend {
  options: { readonly [option: string]: unknown };
  insertOptions: object;
  fetch: never;
  values: Record<never, never>;
}

/** A type from which nothing is inferred. Unlike `NoInfer`, it leaves no trace in what compilers and editors show. */
export type Fixed<R> = [R] extends [infer Known] ? Known : never;
