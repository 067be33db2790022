import { setImmediate as otherWork } from 'node:timers/promises';
import { elapsed } from '@kairos/core';
import type { Directory } from '../directory.js';
import { padded } from '../padded.js';
import type { Session, Statement } from '../session/session.js';
import type { EraseStatements } from '../statements/erase-statements.js';
import { ALL, type Ends } from '../windows.js';

/** Maximum number of windows, and of deleted rows, per statement. */
const WINDOWS = 64;
const ROWS = 5000;

/** If a step takes less than `SHORT` milliseconds, the next one is twice as large, up to `MOST_ROWS`. */
const SHORT = 30;
const MOST_ROWS = 80_000;

/** Some rows of an interval. */
export interface Rows {
  /** The interval's key, as its column holds it. */
  readonly interval: unknown;
  readonly buckets: Ends;
  readonly windows: Ends;
  /** Parameters that limit a statement to some partitions. */
  readonly of: readonly unknown[];
}

/** A position in the key: a window, and a name within it. */
type Place = readonly [window: number, name: unknown];

/** Deletes rows in separate steps, so that writers get in between. */
export class RowEraser {
  readonly #session: Session;
  readonly #statements: EraseStatements;
  readonly #directory: Directory;
  /** Stands before every name of a window. */
  readonly #beginning: unknown;

  constructor(session: Session, statements: EraseStatements, directory: Directory) {
    this.#session = session;
    this.#statements = statements;
    this.#directory = directory;
    this.#beginning = session.dialect.text.bind('');
  }

  async delete({ interval, buckets, windows, of }: Rows): Promise<void> {
    const where = [interval, windows.first, windows.last, buckets.first, buckets.last];
    await this.#inSteps(this.#statements.expire(), [...of, ...where]);
  }

  /** Deletes a name's data in the windows that the directory lists for it. */
  async deleteOfName(name: unknown, { interval, buckets, windows, of }: Rows): Promise<void> {
    const entered = await this.#directory.windowsOf(name, interval, windows);
    for (let start = 0; start < entered.length; start += WINDOWS) {
      const part = padded(entered.slice(start, start + WINDOWS), WINDOWS);
      const where = [interval, ...part, name, buckets.first, buckets.last];
      await this.#inSteps(this.#statements.expireName(part.length), [...of, ...where]);
    }
  }

  async #inSteps(statement: Statement, parameters: readonly unknown[]): Promise<void> {
    while ((await this.#session.run(statement, [...parameters, ROWS])) >= ROWS) await otherWork();
  }

  /**
   * Deletes everything up to a window and a bucket, one range at a time. A range holds some thousands of rows
   * at most, or one window of one name. No step scans rows that an earlier one has deleted.
   */
  async deleteInRanges(interval: unknown, edge: number, last: number): Promise<void> {
    const first = this.#statements.stepsByEntries ? await this.#firstWindow(interval) : ALL.first;
    if (first > edge) return;
    let from: Place | undefined = [first, this.#beginning];
    const fewest = this.#session.dialect.rowsPerExpiryStep ?? ROWS;
    for (let rows = fewest; ; ) {
      const started = elapsed();
      from = await this.#deleteRange(interval, from, { edge, last, rows });
      if (from === undefined) return;
      const short = elapsed() - started < SHORT;
      rows = short ? Math.min(rows * 2, MOST_ROWS) : Math.max(rows / 2, fewest);
      await otherWork();
    }
  }

  /** The first window that has data, since the entries before it may be many; infinite if there is none. */
  async #firstWindow(interval: unknown): Promise<number> {
    const [[first] = []] = await this.#session.rows(this.#statements.firstWindow(), [interval]);
    return first === undefined || first === null ? Number.POSITIVE_INFINITY : Number(first);
  }

  /** Deletes one range from a place on. Returns where the next range begins, or `undefined` at the end. */
  async #deleteRange(
    interval: unknown,
    [window, name]: Place,
    { edge, last, rows }: { readonly edge: number; readonly last: number; readonly rows: number },
  ): Promise<Place | undefined> {
    const from = [interval, ...this.#statements.place(window, name)];
    const skipped = Math.ceil(rows / this.#statements.rowsOfStep) - 1;
    const [end] = await this.#session.rows(this.#statements.expireStep(), [...from, edge, skipped]);
    const endWindow = end === undefined ? edge + 1 : Number(end[0]);
    if (endWindow === window) {
      await this.#session.run(this.#statements.expireNames({ end: true }), [
        interval,
        window,
        name,
        end?.[1],
        last,
      ]);
      return [window, end?.[1]];
    }
    const begun = name !== this.#beginning;
    if (begun) {
      await this.#session.run(this.#statements.expireNames({ end: false }), [interval, window, name, last]);
    }
    const whole = begun ? window + 1 : window;
    if (whole < endWindow) {
      await this.#session.run(this.#statements.expireWindows(), [interval, whole, endWindow - 1, last]);
    }
    return end && [endWindow, this.#beginning];
  }
}
