import type { Retention, TimeseriesType } from '@kairos/core';
import { integerOf } from '../session/integer.js';
import type { Statement } from '../session/session.js';
import type { ReaderParts } from './reader.js';

/** Rows to read first when looking for the first or last bucket with data; usually one of them has some. */
const EDGE_ROWS = 32;

/** Smaller than any bucket. */
const LEAST = Number.MIN_SAFE_INTEGER;

/** A partition of a name. */
export interface Place {
  readonly name: string;
  readonly interval: string;
  readonly window: number;
}

/** Finds the first or the last bucket that has data in a partition. */
export class Edges<T extends TimeseriesType> {
  readonly #parts: ReaderParts<T>;
  readonly #select: string;

  constructor(parts: ReaderParts<T>) {
    this.#parts = parts;
    const { layout, form } = parts;
    this.#select = `SELECT bucket, ${form.selected} FROM ${layout.data.qualified} WHERE name = ? AND interval = ? AND window = ? AND bucket >= ? ORDER BY bucket`;
  }

  /** Ignores buckets before `oldest`. */
  async edge(
    { name, interval, window }: Place,
    oldest: number | null,
    which: 'first' | 'last',
  ): Promise<number | undefined> {
    const { session, form } = this.#parts;
    const statement: Statement = {
      query: `${this.#select} ${which === 'first' ? 'ASC' : 'DESC'}`,
      params: [name, interval, session.integer(window), session.integer(oldest ?? LEAST)],
    };
    for await (const rows of session.pages(statement, { firstRows: EDGE_ROWS })) {
      const row = rows.find((each) => form.isData(each));
      if (row !== undefined) return integerOf(row.bucket);
    }
    return undefined;
  }

  /** The partitions of a name that may hold data within its retention, ascending in each interval. */
  async partitionsWithin(name: string, retention: Retention): Promise<readonly Place[]> {
    const { directory, windows } = this.#parts;
    const places: Place[] = [];
    for (const { interval, window } of await directory.windowsOf(name)) {
      const oldest = retention.get(interval);
      if (oldest === undefined) continue;
      if (oldest !== null && window < windows.of(interval).windowsOf(oldest, oldest).first) continue;
      places.push({ name, interval, window });
    }
    return places;
  }
}
