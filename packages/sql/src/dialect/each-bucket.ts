import { type RawBuilder, sql } from 'kysely';
import { arrayLiteral } from './array-literal.js';
import { parameter } from './parameters.js';

/** A bucket, and the windows that may contain its rows. */
export interface WindowsOfBucket {
  readonly bucket: number;
  readonly first: number;
  readonly last: number;
}

export interface EachBucketParts {
  readonly data: string;
  readonly entries: string;
  /** The totals to compute over the rows `d` of a bucket. */
  readonly totals: readonly RawBuilder<unknown>[];
  /** Whether the bucket has any rows. */
  readonly present: RawBuilder<unknown>;
  /** The columns to select, given the totals. */
  selected(totals: readonly RawBuilder<unknown>[]): readonly RawBuilder<unknown>[];
}

/** Adds up one bucket at a time. This needs no sort, and no row per window. */
export interface EachBucket {
  /** Maximum number of totals per statement. */
  readonly totals: number;
  /** Returns a row of bucket and totals for each bucket that has data. */
  statement(parts: EachBucketParts): RawBuilder<unknown>;
  parameters(
    buckets: readonly WindowsOfBucket[],
    of: { readonly interval: unknown; readonly name: unknown },
  ): readonly unknown[];
}

const bucket = sql.ref('b.bucket');
const [window, first, last] = [sql.ref('e.window'), sql.ref('b.first'), sql.ref('b.last')];

/** Parameters: name, interval. */
const entriesOfBucket = sql`${sql.ref('e.name')} = ${parameter} and ${sql.ref('e.interval')} = ${parameter} and ${window} >= ${first} and ${window} <= ${last}`;

/** Uses subqueries of one column. */
export const byScalar: EachBucket = {
  totals: 1,
  statement: ({ data, entries, totals, selected }) => {
    const of = (place: number) => sql`value ->> ${sql.lit(place)}`;
    const buckets = sql`select ${of(0)}, ${of(1)}, ${of(2)} from json_each(${parameter})`;
    const sameKey = ['window', 'name'].map((name) => sql`${sql.ref(`d.${name}`)} = ${sql.ref(`e.${name}`)}`);
    const rows = sql`${sql.table(entries)} as e cross join ${sql.table(data)} as d on ${sql.ref('d.interval')} = ${parameter} and ${sql.join(sameKey, sql` and `)} and ${sql.ref('d.bucket')} = ${bucket} where ${entriesOfBucket}`;
    const total = sql`(select ${sql.join(totals)} from ${rows})`;
    return sql`with b (bucket, first, last) as materialized (${buckets}), t (bucket, total) as materialized (select ${bucket}, ${total} from b) select bucket, ${sql.join(selected([sql.ref('t.total')]))} from t where total is not null`;
  },
  parameters: (buckets, { interval, name }) => [
    JSON.stringify(buckets.map(({ bucket, first, last }) => [bucket, first, last])),
    ...[interval, name, interval],
  ],
};

/** Uses subqueries of any number of columns. */
export const byLateral: EachBucket = {
  totals: Number.POSITIVE_INFINITY,
  statement: ({ data, entries, totals, selected, present }) => {
    const array = sql`${parameter}::bigint[]`;
    const windows = sql`array(select ${window} from ${sql.table(entries)} as e where ${entriesOfBucket})`;
    const rows = sql`${sql.table(data)} as d where ${sql.ref('d.interval')} = ${parameter} and ${sql.ref('d.bucket')} = ${bucket} and ${sql.ref('d.bucket')} >= ${parameter} and ${sql.ref('d.bucket')} <= ${parameter} and ${sql.ref('d.name')} = ${parameter} and ${sql.ref('d.window')} = any (${windows})`;
    return sql`select ${bucket}, t.* from unnest(${sql.join([array, array, array])}) as b (bucket, first, last) cross join lateral (select ${sql.join(selected(totals))} from ${rows} having ${present}) as t`;
  },
  parameters: (buckets, { interval, name }) => [
    ...[
      ({ bucket }: WindowsOfBucket) => bucket,
      ({ first }: WindowsOfBucket) => first,
      ({ last }: WindowsOfBucket) => last,
    ].map((column) => arrayLiteral([buckets.map(column)])),
    ...[interval, buckets[0]?.bucket, buckets.at(-1)?.bucket, name, name, interval],
  ],
};
