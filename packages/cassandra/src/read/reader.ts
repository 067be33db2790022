import {
  type BucketQuery,
  type BucketRow,
  bucketsBetween,
  type CustomFunction,
  type Fold,
  fetchedRows,
  forEachAtOnce,
  intervalOf,
  type Schema,
  type TimeseriesType,
} from '@kairos/core';
import type { Directory } from '../directory/directory.js';
import type { Layout } from '../layout.js';
import type { Aggregate, DataRow, RowForm } from '../rows/row-form.js';
import { integerOf } from '../session/integer.js';
import type { Session, Statement } from '../session/session.js';
import type { IntervalWindows } from '../windows.js';

const PARTITIONS_AT_ONCE = 64;

/** For a range of more windows than this, the reader asks the directory which of them exist. */
const WINDOWS_UNASKED = 64;

/** Rows to read first when looking for the first or last bucket with data; usually one of them has some. */
const EDGE_ROWS = 32;

export interface ReaderParts<T extends TimeseriesType> {
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly directory: Directory;
  readonly windows: IntervalWindows;
  readonly schema: Schema<T>;
}

interface NameWindow {
  readonly name: string;
  readonly window: number;
}

/** Reads buckets from their partitions, in parallel. */
export class Reader<T extends TimeseriesType> {
  readonly #parts: ReaderParts<T>;
  readonly #coarse: string;
  readonly #fine: string;
  readonly #from: string;
  readonly #range: string;

  constructor(parts: ReaderParts<T>) {
    this.#parts = parts;
    const table = parts.layout.data.qualified;
    const partition = 'name = ? AND interval = ? AND window = ?';
    const { selected } = parts.form;
    const range = `FROM ${table} WHERE ${partition} AND bucket >= ? AND bucket <= ?`;
    this.#range = range;
    this.#coarse = `SELECT bucket, ${selected} ${range}`;
    this.#fine = `SELECT bucket, resolution, ${selected} ${range}`;
    this.#from = `SELECT bucket, ${selected} FROM ${table} WHERE ${partition} AND bucket >= ? ORDER BY bucket`;
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<BucketRow[]> {
    if (fetch !== undefined) return this.#fetch(query, fetch);
    const coarse = intervalOf(this.#parts.schema, query.interval).resolution === null;
    const windows = await this.#windowsOf(query);
    const folded =
      query.fold === undefined ? null : await this.#readFolded(query, query.fold, windows, coarse);
    if (folded !== null) return folded;
    const parts: BucketRow[][] = [];
    await this.#readWindows(query, windows, coarse ? this.#coarse : this.#fine, (name, rows) => {
      parts.push(this.#bucketsOf(name, rows, coarse));
    });
    const [first = []] = parts;
    return parts.length <= 1 ? first : parts.flat();
  }

  /** Has Cassandra add up the rows of each partition; `null` if it cannot do so exactly. */
  async #readFolded(
    query: BucketQuery,
    fold: Fold,
    windows: readonly NameWindow[],
    coarse: boolean,
  ): Promise<BucketRow[] | null> {
    const { form } = this.#parts;
    const aggregate = form.aggregate?.(fold.statistics) ?? null;
    const of = fold.buckets ? 'range' : fold.resolutions || coarse ? 'bucket' : 'resolution';
    const isOneRow = of === (coarse ? 'bucket' : 'resolution') && form.clustering.length === 0;
    if (aggregate === null || isOneRow) return null;
    const found: BucketRow[] = [];
    let exact = true;
    await this.#readWindows(query, windows, this.#foldedSelect(aggregate, of), (name, rows) => {
      for (const row of rows) {
        // An aggregate over no rows is a row, too.
        if (row.bucket === null) continue;
        const data = aggregate.dataOf(row);
        if (data === null) exact = false;
        else if (data !== undefined) {
          const resolution = coarse ? 0 : integerOf(row.resolution);
          found.push({ name, bucket: integerOf(row.bucket), resolution, data });
        }
      }
    });
    return exact ? found : null;
  }

  #foldedSelect({ selected, last }: Aggregate, of: 'range' | 'bucket' | 'resolution'): string {
    const groups = { range: '', bucket: ' GROUP BY bucket', resolution: ' GROUP BY bucket, resolution' };
    const order = last ? ' ORDER BY bucket DESC, resolution DESC' : '';
    const limit = last && of === 'range' ? ' LIMIT 1' : '';
    return `SELECT bucket, resolution, ${selected} ${this.#range}${groups[of]}${order}${limit}`;
  }

  async #readWindows(
    { interval, first, last }: BucketQuery,
    windows: readonly NameWindow[],
    query: string,
    take: (name: string, rows: readonly DataRow[]) => void,
  ): Promise<void> {
    const { session } = this.#parts;
    const { integer } = session;
    await forEachAtOnce(windows, PARTITIONS_AT_ONCE, async ({ name, window }) => {
      const params = [name, interval, integer(window), integer(first), integer(last)];
      take(name, await session.rows({ query, params }));
    });
  }

  async #fetch({ names, interval, first, last }: BucketQuery, fetch: CustomFunction): Promise<BucketRow[]> {
    const { session, layout, schema } = this.#parts;
    const { step, resolution } = intervalOf(schema, interval);
    const buckets = [...bucketsBetween(step, first, last)];
    const windows = windowsBetween(this.#parts.windows.of(interval).windowsOf(first, last));
    const rows: BucketRow[] = [];
    await forEachAtOnce(names, PARTITIONS_AT_ONCE, async (name) => {
      const fetched = await fetch(session.client, layout.data.qualified, name, interval, buckets, windows);
      for (const row of fetchedRows(name, fetched, resolution === null)) rows.push(row);
    });
    return rows;
  }

  /** The windows of a range: all possible ones or, if they are many, those in the directory. */
  async #windowsOf(query: BucketQuery): Promise<readonly NameWindow[]> {
    const { names, interval } = query;
    const range = this.#parts.windows.of(interval).windowsOf(query.first, query.last);
    if (range.last - range.first < WINDOWS_UNASKED) {
      const windows = windowsBetween(range);
      return names.flatMap((name) => windows.map((window) => ({ name, window })));
    }
    const found: NameWindow[] = [];
    await forEachAtOnce(names, PARTITIONS_AT_ONCE, async (name) => {
      const windows = await this.#parts.directory.windowsOf(name, { interval, ...range });
      for (const { window } of windows) found.push({ name, window });
    });
    return found;
  }

  /** Groups rows by bucket. They come ordered by bucket and resolution. */
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

  /** The first or the last bucket with data in a window, at or after `from`. */
  async edge(
    { name, interval, window }: NameWindow & { readonly interval: string },
    from: number | null,
    which: 'first' | 'last',
  ): Promise<number | undefined> {
    const { session, form } = this.#parts;
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

/** Smaller than any bucket. */
const LEAST = Number.MIN_SAFE_INTEGER;

function windowsBetween({ first, last }: { readonly first: number; readonly last: number }): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
