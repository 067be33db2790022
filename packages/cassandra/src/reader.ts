import {
  type BucketQuery,
  type BucketRow,
  bucketsBetween,
  type CustomFunction,
  fetchedRows,
  forEachAtOnce,
  type Interval,
  type TimeseriesType,
  type Windows,
} from '@kairos/core';
import type { Directory } from './directory.js';
import { integerOf } from './integer.js';
import type { Layout } from './layout.js';
import type { DataRow, RowForm } from './rows/row-form.js';
import type { Session, Statement } from './session.js';

const PARTITIONS_AT_ONCE = 64;

/** A range over more windows than this asks the directory which of them there are. */
const WINDOWS_UNASKED = 64;

/** Rows to look at first for the first or last bucket with data: mostly one of them has some. */
const EDGE_ROWS = 32;

export interface ReaderParts<T extends TimeseriesType> {
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly directory: Directory;
  readonly partitions: (interval: string) => Windows;
  readonly interval: (name: string) => Interval;
}

/** Reads buckets from the partitions that they lie in, in parallel. */
export class Reader<T extends TimeseriesType> {
  readonly #parts: ReaderParts<T>;
  readonly #coarse: string;
  readonly #fine: string;
  readonly #from: string;

  constructor(parts: ReaderParts<T>) {
    this.#parts = parts;
    const table = parts.layout.data.qualified;
    const partition = 'name = ? AND interval = ? AND window = ?';
    const { selected } = parts.form;
    const range = `FROM ${table} WHERE ${partition} AND bucket >= ? AND bucket <= ?`;
    this.#coarse = `SELECT bucket, ${selected} ${range}`;
    this.#fine = `SELECT bucket, resolution, ${selected} ${range}`;
    this.#from = `SELECT bucket, ${selected} FROM ${table} WHERE ${partition} AND bucket >= ? ORDER BY bucket`;
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<BucketRow[]> {
    if (fetch !== undefined) return this.#fetch(query, fetch);
    const { session } = this.#parts;
    const { integer } = session;
    const coarse = this.#parts.interval(query.interval).resolution === null;
    const select = coarse ? this.#coarse : this.#fine;
    const parts: BucketRow[][] = [];
    const partitions = await this.#partitionsOf(query);
    await forEachAtOnce(partitions, PARTITIONS_AT_ONCE, async ({ name, window }) => {
      const params = [name, query.interval, integer(window), integer(query.first), integer(query.last)];
      const rows = await session.rows({ query: select, params });
      parts.push(this.#bucketsOf(name, rows, coarse));
    });
    const [first = []] = parts;
    return parts.length <= 1 ? first : parts.flat();
  }

  async #fetch({ names, interval, first, last }: BucketQuery, fetch: CustomFunction): Promise<BucketRow[]> {
    const { session, layout, partitions, interval: intervalOf } = this.#parts;
    const { step, resolution } = intervalOf(interval);
    const buckets = [...bucketsBetween(step, first, last)];
    const windows = windowsBetween(partitions(interval).windowsOf(first, last));
    const rows: BucketRow[] = [];
    await forEachAtOnce(names, PARTITIONS_AT_ONCE, async (name) => {
      const fetched = await fetch(session.client, layout.data.qualified, name, interval, buckets, windows);
      for (const row of fetchedRows(name, fetched, resolution === null)) rows.push(row);
    });
    return rows;
  }

  /** The partitions of a range: all that there may be, or where they are many, those that are entered. */
  async #partitionsOf(query: BucketQuery): Promise<Iterable<{ name: string; window: number }>> {
    const { names, interval } = query;
    const range = this.#parts.partitions(interval).windowsOf(query.first, query.last);
    if (range.last - range.first < WINDOWS_UNASKED) {
      const windows = windowsBetween(range);
      return names.flatMap((name) => windows.map((window) => ({ name, window })));
    }
    const found: { name: string; window: number }[] = [];
    await forEachAtOnce(names, PARTITIONS_AT_ONCE, async (name) => {
      const windows = await this.#parts.directory.windowsOf(name, { interval, ...range });
      for (const { window } of windows) found.push({ name, window });
    });
    return found;
  }

  /** Rows come ordered by bucket and resolution. */
  #bucketsOf(name: string, rows: readonly DataRow[], coarse: boolean): BucketRow[] {
    const { form } = this.#parts;
    const buckets: BucketRow[] = [];
    let [bucket, resolution] = [Number.NaN, Number.NaN];
    let group: DataRow[] = [];
    const close = () => {
      if (group.length > 0) buckets.push({ name, bucket, resolution, data: form.dataOf(group) });
      group = [];
    };
    for (const row of rows) {
      const [rowBucket, rowResolution] = [integerOf(row.bucket), coarse ? 0 : integerOf(row.resolution)];
      if (rowBucket !== bucket || rowResolution !== resolution) {
        close();
        [bucket, resolution] = [rowBucket, rowResolution];
      }
      if (form.isData(row)) group.push(row);
    }
    close();
    return buckets;
  }

  /** The first bucket with data in a partition, from a bucket on; or the last one. */
  async edge(
    partition: { readonly name: string; readonly interval: string; readonly window: number },
    from: number | null,
    which: 'first' | 'last',
  ): Promise<number | undefined> {
    const { session, form } = this.#parts;
    const { name, interval, window } = partition;
    const statement: Statement = {
      query: `${this.#from} ${which === 'first' ? 'ASC' : 'DESC'}`,
      params: [name, interval, session.integer(window), session.integer(from ?? LEAST)],
    };
    for await (const rows of session.pages(statement, { firstRows: EDGE_ROWS })) {
      const row = rows.find((each) => form.isData(each));
      if (row !== undefined) return integerOf(row.bucket);
    }
    return undefined;
  }
}

/** Before all buckets. */
const LEAST = Number.MIN_SAFE_INTEGER;

function windowsBetween({ first, last }: { readonly first: number; readonly last: number }): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
