import type { BackendTypes } from './adapter.js';
import type { IntervalsOptions } from './schema/schema.js';
import type { TimeseriesType } from './types/data-type.js';
import type { Value } from './values/insertable.js';

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

/** The types if the backend is not known, or none is registered. */
export interface NoBackend {
  options: { readonly [option: string]: unknown };
  insertOptions: object;
  fetch: never;
  values: Record<never, never>;
}

/** A type from which nothing is inferred. Unlike `NoInfer`, it does not appear in what compilers and editors show. */
export type Fixed<R> = [R] extends [infer Known] ? Known : never;
