import { setImmediate as otherWork } from 'node:timers/promises';
import type { Directory } from '../directory.js';
import { padded } from '../padded.js';
import type { Session, Statement } from '../session/session.js';
import type { EraseStatements } from '../statements/erase-statements.js';
import { ALL, type Ends } from '../windows.js';

/** Windows of one statement, and rows that it deletes at most. */
const WINDOWS = 64;
const ROWS = 5000;

/** Some rows of an interval. */
export interface Rows {
  /** The interval as its column holds it. */
  readonly interval: unknown;
  readonly buckets: Ends;
  readonly windows: Ends;
  /** What limits a statement to some partitions. */
  readonly of: readonly unknown[];
}

/** Deletes rows in steps of their own, so that writers come in between. */
export class RowEraser {
  readonly #session: Session;
  readonly #statements: EraseStatements;
  readonly #directory: Directory;

  constructor(session: Session, statements: EraseStatements, directory: Directory) {
    this.#session = session;
    this.#statements = statements;
    this.#directory = directory;
  }

  async delete({ interval, buckets, windows, of }: Rows): Promise<void> {
    const where = [interval, windows.first, windows.last, buckets.first, buckets.last];
    await this.#inSteps(this.#statements.expire(), [...of, ...where]);
  }

  /** Deletes what a name has in the windows that are entered for it. */
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
   * Deletes what is up to a window and a bucket, where rows are looked up by window and name: range after range, each of
   * some thousands of rows at most, or of a window of one name.
   */
  async deleteInRanges(interval: unknown, edge: number, last: number): Promise<void> {
    const first = this.#session.dialect.text.bind('');
    let [window, name]: readonly [number, unknown] = [ALL.first, first];
    for (;;) {
      const from = [interval, window, name];
      const [end] = await this.#session.rows(this.#statements.expireStep(), [...from, edge, ROWS - 1]);
      const [endWindow, endName] = end === undefined ? [edge + 1, first] : [Number(end[0]), end[1]];
      if (endWindow === window) {
        await this.#session.run(this.#statements.expireNames(), [...from, endName, last]);
        name = endName;
      } else {
        await this.#session.run(this.#statements.expireWindows(), [...from, endWindow - 1, last]);
        name = first;
      }
      if (end === undefined) return;
      window = endWindow;
      await otherWork();
    }
  }
}
