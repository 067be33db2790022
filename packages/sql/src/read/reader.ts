import {
  type BucketQuery,
  type BucketRow,
  bucketsBetween,
  type CustomFunction,
  countBuckets,
  coverageOf,
  fetchedRows,
  type Interval,
  intervalOf,
  type Schema,
  type Timescale,
} from '@kairos/core';
import type { Column } from '../dialect/column.js';
import type { SqlTable } from '../fetch.js';
import { textKey } from '../key.js';
import type { Layout } from '../layout.js';
import { padded } from '../padded.js';
import type { Partitions } from '../partitions.js';
import type { Place, RowFormat } from '../rows.js';
import type { ReadColumns, Session, Statement } from '../session/session.js';
import type { ReadStatements } from '../statements/read-statements.js';
import type { IntervalWindows } from '../windows.js';
import { type Folding, foldingOf } from './folding.js';
import { summaries } from './summaries.js';

/** Maximum number of buckets to add up one by one. */
const MOST_EACH = 10_000;

/** From this many buckets on, separate columns cost less than an array per row. */
const LONG = 64;

/** A packed value in PostgreSQL holds at most 1 GB. */
const MOST_PACKED = 2 ** 24;

export interface ReaderParts {
  readonly schema: Schema;
  readonly layout: Layout;
  readonly session: Session;
  readonly statements: ReadStatements;
  readonly format: RowFormat;
  readonly partitions: Partitions;
  readonly windows: IntervalWindows;
}

/** Builds a statement for a number of names. `namesTwice`: the names are also the last parameters. */
interface Asked {
  readonly statement: (names: number) => Statement;
  readonly namesTwice: boolean;
}

/** The server's answer for some of the names, over part of the range. */
interface Answer {
  readonly names: readonly string[];
  /** Number of names in the statement. */
  readonly width: number;
  readonly first: number;
  /** The columns that its rows are grouped by, if fewer than requested. */
  readonly by?: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Reads buckets; the server adds them up if the query allows it. */
export class Reader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async read(query: BucketQuery): Promise<Iterable<BucketRow>> {
    return (await this.#folded(query)) ?? this.#unfolded(query);
  }

  async #unfolded(query: BucketQuery): Promise<Iterable<BucketRow>> {
    const { statements, format } = this.#parts;
    const { resolution } = this.#interval(query.interval);
    const coarse = resolution === null;
    const columns = await this.#byColumn(query, coarse);
    if (columns !== null) return columns;
    const answers = await this.#answers(query, {
      statement: (names) => statements.read(names, coarse),
      namesTwice: false,
    });
    return flat(
      answers.map((answer) =>
        format.buckets(answer.rows, statements.readColumns(answer.width, coarse), nameOf(answer)),
      ),
    );
  }

  /** `null` if the read should return rows. */
  async #byColumn(query: BucketQuery, coarse: boolean): Promise<Iterable<BucketRow> | null> {
    const { layout, session, statements } = this.#parts;
    if (layout.type !== 'count' && layout.type !== 'gauge') return null;
    const cells = coverageOf(this.#interval(query.interval), query).resolutions;
    if (cells < LONG) return null;
    const columns = statements.readColumns(1, coarse);
    if (session.columns !== undefined) return this.#columns(query, columns, session.columns);
    return cells > MOST_PACKED ? null : this.#packed(query, columns);
  }

  async #columns(
    { names, interval, first, last }: BucketQuery,
    columns: readonly Column[],
    read: ReadColumns,
  ): Promise<Iterable<BucketRow> | null> {
    const { statements, format } = this.#parts;
    const { windows } = this.#parts.windows.rangeOf({ interval, first, last });
    const key = format.intervalKey(interval);
    const found = await read(
      columns.map((column) => statements.readColumn(column, columns)),
      names.map((name) => [key, first, last, format.key(name), key, windows.first, windows.last]),
    );
    if (found === null) return null;
    return flat(found.map((cells, place) => format.bucketsOfColumns(names[place] ?? '', columns, cells)));
  }

  async #packed(query: BucketQuery, columns: readonly Column[]): Promise<Iterable<BucketRow> | null> {
    const { session, statements, format } = this.#parts;
    const packings = columns.flatMap(({ kind }) => session.dialect.packings?.[kind] ?? []);
    if (packings.length < columns.length) return null;
    const answers = await this.#answers(query, {
      statement: (names) => statements.readPacked(names, columns, packings),
      namesTwice: false,
    });
    return flat(
      answers.flatMap((answer) => {
        const named = nameOf(answer);
        return answer.rows.map(([key, ...packed]) => {
          const cells = packings.map(({ unpack }, place) => unpack(packed[place]));
          return format.bucketsOfColumns(named(key), columns, cells, true);
        });
      }),
    );
  }

  /**
   * `null` if there is nothing to add up, or if the server's sums may differ. A second read then returns all
   * rows, and Kairos adds up the large doubles itself.
   */
  async #folded(query: BucketQuery): Promise<Iterable<BucketRow> | null> {
    const { names } = query;
    if (query.fold === undefined) return null;
    // In the key, the rows of a bucket are ordered name by name, so the server would have to sort them.
    const fold = { ...query.fold, names: query.fold.names && query.fold.buckets };
    const { layout, session, statements, format } = this.#parts;
    const { resolution } = this.#interval(query.interval);
    const shape = { names: names.length, coarse: resolution === null };
    const folding = foldingOf(layout, session.dialect, fold, shape);
    if (folding === null) return null;
    let answers: readonly Answer[];
    try {
      answers =
        (await this.#answersByBucket(query, folding)) ??
        (await this.#answers(query, {
          statement: (count) => statements.fold(count, folding),
          namesTwice: session.dialect.looksUpWindows(folding.by.length > 0),
        }));
    } catch (error) {
      // Probably a sum is out of the server's range. If anything else is wrong, the second read fails too.
      if (!session.dialect.isRefusal(error) || session.dialect.isGeneral(error)) throw error;
      return null;
    }
    if (folding.checked && !answers.every(({ rows }) => rows.every((row) => Number(row.at(-1)) === 1))) {
      return null;
    }
    const resolutionOf =
      fold.buckets || resolution === null ? () => 0 : this.#firstResolution(query.interval, resolution);
    return flat(
      answers.map((answer) => {
        const columns = [...(answer.by ?? folding.by), ...folding.columns];
        const place = { bucket: answer.first, resolutionOf };
        const nameOfRow = fold.names ? () => answer.names[0] ?? '' : nameOf(answer);
        return folding.summarized
          ? summaries(answer.rows, columns, nameOfRow, format, place)
          : format.buckets(answer.rows, columns, nameOfRow, place);
      }),
    );
  }

  /** The first resolution within a bucket, and within its window if rows are grouped by window. */
  #firstResolution(name: string, { bucketOf, bucketAt }: Timescale): Place['resolutionOf'] {
    const { step } = this.#interval(name);
    const { windowSize } = this.#parts.layout;
    return (bucket, window) => {
      const first = bucketOf(step.startOf(bucket));
      return window === undefined ? first : Math.max(first, bucketAt(Number(window) * windowSize));
    };
  }

  /** `null` if buckets are not added up one by one. */
  async #answersByBucket(query: BucketQuery, folding: Folding): Promise<readonly Answer[] | null> {
    const { session, statements, format, partitions, windows } = this.#parts;
    const each = session.dialect.eachBucket;
    const by = folding.by.filter(({ name }) => name !== 'window');
    if (each === undefined || by.length !== 1 || by[0]?.name !== 'bucket') return null;
    const { step, resolution } = this.#interval(query.interval);
    if (resolution === null || folding.columns.length > each.totals) return null;
    if (countBuckets(step, query.first, query.last) > MOST_EACH) return null;
    const of = { interval: format.intervalKey(query.interval), name: format.key(query.names[0] ?? '') };
    const windowsAt = (bucket: number) =>
      windows.rangeOf({ interval: query.interval, first: bucket, last: bucket }).windows;
    const answers: Answer[] = [];
    const all = [...bucketsBetween(step, query.first, query.last)];
    for (const { first, last } of await partitions.slices(query.interval, query.first, query.last)) {
      const buckets = all
        .filter((bucket) => bucket >= first && bucket <= last)
        .map((bucket) => ({ bucket, ...windowsAt(bucket) }));
      if (buckets.length === 0) continue;
      const statement = statements.foldEachBucket(each, folding);
      const rows = await session.rows(statement, each.parameters(buckets, of));
      answers.push({ names: query.names, width: 1, first, by, rows });
    }
    return answers;
  }

  async #answers(query: BucketQuery, { statement, namesTwice }: Asked): Promise<readonly Answer[]> {
    const { session, format, partitions } = this.#parts;
    const { interval, first, last } = query;
    const limit = Math.floor((session.dialect.parametersPerStatement - 6) / (namesTwice ? 2 : 1));
    const key = format.intervalKey(interval);
    const answers: Answer[] = [];
    for (const slice of await partitions.slices(interval, first, last)) {
      const { windows } = this.#parts.windows.rangeOf(slice);
      for (let start = 0; start < query.names.length; start += limit) {
        const names = query.names.slice(start, start + limit);
        const keys = padded(
          names.map((name) => format.key(name)),
          limit,
        );
        const rows = await session.rows(statement(keys.length), [
          key,
          slice.first,
          slice.last,
          ...keys,
          key,
          windows.first,
          windows.last,
          ...(namesTwice ? keys : []),
        ]);
        answers.push({ names, width: keys.length, first: slice.first, rows });
      }
    }
    return answers;
  }

  async readWith(
    fetch: CustomFunction,
    { names, interval, first, last }: BucketQuery,
  ): Promise<readonly BucketRow[]> {
    const { layout, session, format, windows } = this.#parts;
    const table: SqlTable = {
      name: layout.table,
      columns: layout.columns.map(({ name }) => name),
      directory: layout.windowsTable,
      keyOf: (text) => format.key(text),
      windows: (first, last) => windows.rangeOf({ interval, first, last }).windows,
    };
    const coarse = this.#interval(interval).resolution === null;
    const rows: BucketRow[] = [];
    for (const name of names) {
      const fetched = await fetch(session.kysely, table, name, interval, first, last);
      for (const row of fetchedRows(name, fetched, coarse)) rows.push(row);
    }
    return rows;
  }

  #interval(name: string): Interval {
    return intervalOf(this.#parts.schema, name);
  }
}

function nameOf({ names, width }: Answer): (key: unknown) => string {
  const [only = ''] = names;
  if (width === 1) return () => only;
  const byKey = new Map(names.map((name) => [textKey(name), name]));
  return (key) => byKey.get(String(key)) ?? '';
}

/** Most reads have a single answer. Its rows are then produced without another generator in between. */
function flat(parts: readonly Iterable<BucketRow>[]): Iterable<BucketRow> {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : joined(parts);
}

function* joined(parts: readonly Iterable<BucketRow>[]): Generator<BucketRow> {
  for (const part of parts) yield* part;
}
