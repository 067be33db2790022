import { type BucketRow, describe, InvalidValueError } from '@kairos/core';
import type { Kysely } from 'kysely';

/** A row as it is in a table; which columns there are depends on the type, see `SqlTable.columns`. */
export interface SqlRow {
  name: string | Uint8Array;
  interval: string | Uint8Array;
  bucket: number;
  resolution: number;
  amount: number;
  sequence: number;
  value: unknown;
  content: unknown;
  count: number;
}

/** The tables of Kairos, for the types of Kysely. */
export interface SqlTables {
  [table: string]: SqlRow;
}

/** The table of a timeseries, as a customized `fetch` gets it. */
export interface SqlTable {
  readonly name: string;
  /** Its columns, those of the primary key first. */
  readonly columns: readonly (keyof SqlRow)[];
  /** The form in which the columns `name` and `interval` hold a text. */
  keyOf(text: string): string | Uint8Array;
}

/** The data by bucket, then by resolution: by `null` or 0 in an interval that has none. */
export type FetchedBuckets =
  | ReadonlyMap<number, ReadonlyMap<number | null, unknown>>
  | { readonly [bucket: string]: { readonly [resolution: string]: unknown } };

/**
 * Reads one name over the buckets of an interval from `start` to `end`, both included, in place of the backend's
 * own query. With several names it is called once for each.
 *
 * @example
 * ```ts
 * const total: SqlFetch = async (db, table, name, interval, start, end) => {
 *   const rows = await db
 *     .selectFrom(table.name)
 *     .select((eb) => ['bucket', eb.fn.sum<number>('count').as('total')])
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

/** The rows of what a customized `fetch` returned. */
export function* fetchedRows(name: string, fetched: unknown, coarse: boolean): Generator<BucketRow> {
  for (const [bucket, resolutions] of entriesOf(fetched, 'a Map of bucket to a Map of resolution to data')) {
    for (const [resolution, data] of entriesOf(resolutions, 'a Map of resolution to data for each bucket')) {
      yield {
        name,
        bucket: integer(bucket, 'bucket'),
        resolution: coarse ? 0 : integer(resolution, 'resolution'),
        data,
      };
    }
  }
}

function entriesOf(fetched: unknown, expected: string): Iterable<readonly [unknown, unknown]> {
  if (fetched instanceof Map) return fetched;
  if (typeof fetched === 'object' && fetched !== null && !Array.isArray(fetched))
    return Object.entries(fetched);
  throw new InvalidValueError(`The "fetch" returned ${describe(fetched)}; expected ${expected}`);
}

function integer(key: unknown, what: string): number {
  const number =
    typeof key === 'number' || (typeof key === 'string' && key !== '') ? Number(key) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidValueError(
    `The "fetch" returned a ${what} ${describe(key)}; expected the ${what} as a whole number`,
  );
}
