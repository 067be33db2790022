import type { FetchedBuckets } from '@kairos/core';
import type { Kysely } from 'kysely';

/** A row of a table. Its columns depend on the type; see `SqlTable.columns`. */
export interface SqlRow {
  name: string | Uint8Array;
  interval: string | Uint8Array;
  window: number;
  bucket: number;
  resolution: number;
  amount: number;
  sequence: number;
  value: unknown;
  content: unknown;
  count: number;
}

/** Kairos' tables, as types for Kysely. */
export interface SqlTables {
  [table: string]: SqlRow;
}

/** The table of a timeseries, as passed to a customized `fetch`. */
export interface SqlTable {
  readonly name: string;
  /** Its columns. Those of the primary key come first. */
  readonly columns: readonly (keyof SqlRow)[];
  /** Returns a text as the columns `name` and `interval` store it. */
  keyOf(text: string): string | Uint8Array;
  /**
   * The table that records which name has data in which window, with the columns `name`, `interval` and
   * `window`.
   */
  readonly directory: string;
  /** Returns the first and last window of the buckets from `first` to `last`, both included. */
  windows(first: number, last: number): { readonly first: number; readonly last: number };
}

/**
 * Reads the buckets of one name and interval from `start` to `end`, both included. Kairos calls it instead of
 * its own query, once for each name.
 *
 * @example
 * ```ts
 * const total: SqlFetch = async (db, table, name, interval, start, end) => {
 *   const windows = table.windows(start, end);
 *   const rows = await db
 *     .selectFrom(table.name)
 *     .select((eb) => ['bucket', eb.fn.sum<number>('count').as('total')])
 *     .where('window', 'in', (eb) =>
 *       eb
 *         .selectFrom(table.directory)
 *         .select('window')
 *         .where('name', '=', table.keyOf(name))
 *         .where('interval', '=', table.keyOf(interval))
 *         .where('window', '>=', windows.first)
 *         .where('window', '<=', windows.last),
 *     )
 *     .where('name', '=', table.keyOf(name))
 *     .where('interval', '=', table.keyOf(interval))
 *     .where('bucket', '>=', start)
 *     .where('bucket', '<=', end)
 *     .groupBy('bucket')
 *     .execute();
 *   return new Map(rows.map(({ bucket, total }) => [Number(bucket), new Map([[null, Number(total)]])]));
 * };
 * ```
 */
export type SqlFetch = (
  db: Kysely<SqlTables>,
  table: SqlTable,
  name: string,
  interval: string,
  start: number,
  end: number,
) => FetchedBuckets | Promise<FetchedBuckets>;
