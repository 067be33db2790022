import type { BucketWrite } from '@kairos/core';
import type { Directory, Entry } from '../directory.js';
import { isDigested } from '../key.js';
import type { Layout } from '../layout.js';
import type { RowFormat } from '../rows.js';
import type { Session, Step } from '../session/session.js';
import { WriteStatements } from '../statements/write-statements.js';
import type { IntervalWindows } from '../windows.js';
import { batches } from './batches.js';
import { byWindow } from './by-window.js';
import { isAfter, type LastPlace, NewRows } from './new-rows.js';
import { RowList } from './row-list.js';

export interface PlannerParts {
  readonly session: Session;
  readonly layout: Layout;
  readonly format: RowFormat;
  readonly directory: Directory;
  readonly windows: IntervalWindows;
}

/** The steps of some writes. */
export interface WritePlan {
  readonly steps: readonly Step[];
  /** The windows that they enter. */
  readonly entries: readonly Entry[];
  /** Number of rows that are inserted as new ones. */
  readonly newRows: number;
  readonly lastPlaces: readonly LastPlace[];
}

/** Below this number of new rows, they are not worth a statement of their own. */
const FEWEST_NEW_ROWS = 256;

/** Turns bucket writes into the steps of a transaction. */
export class WritePlanner {
  readonly #parts: PlannerParts;
  readonly #statements: WriteStatements;
  readonly #newRows = new NewRows();

  constructor(parts: PlannerParts) {
    this.#parts = parts;
    this.#statements = new WriteStatements(parts.layout, parts.session);
  }

  /** Full names come first, then entries, then rows. */
  plan(writes: readonly BucketWrite[]): WritePlan {
    const guesses = this.#guesses && writes.length >= FEWEST_NEW_ROWS && !this.#newRows.isPaused;
    const plan = this.#plan(writes, guesses);
    return plan.newRows > 0 && plan.newRows < FEWEST_NEW_ROWS ? this.#plan(writes, false) : plan;
  }

  /** Call this once the steps are committed. */
  stored({ entries, lastPlaces }: WritePlan): void {
    this.#parts.directory.remember(entries);
    if (this.#guesses) this.#newRows.stored(lastPlaces);
  }

  /** Call this if rows of a plan that should be new exist. Then plan the writes again. */
  guessedWrong(): void {
    this.#newRows.pause();
  }

  /** Whether to guess which rows are new. An error would end a transaction of the user's. */
  get #guesses(): boolean {
    const { session, layout } = this.#parts;
    return session.dialect.insertsFaster && layout.type !== 'series' && !session.inTransaction;
  }

  #plan(writes: readonly BucketWrite[], guesses: boolean): WritePlan {
    const { session, layout, format, directory, windows } = this.#parts;
    const { rowsPerInsert } = session.dialect;
    const keys = new Map<string, unknown>();
    const long: string[] = [];
    const entries: Entry[] = [];
    const lastPlaces: LastPlace[] = [];
    const [newRows, rows] = [new RowList(rowsPerInsert), new RowList(rowsPerInsert)];
    for (const { interval, window, parts } of byWindow(writes, windows)) {
      const intervalKey = format.rowKey(interval);
      for (const { name, writes: ofName } of parts) {
        let key = keys.get(name);
        if (key === undefined) {
          key = format.rowKey(name);
          keys.set(name, key);
          if (isDigested(name)) long.push(name);
        }
        const entered = { name, interval, window };
        if (!directory.isKnown(entered)) entries.push({ ...entered, keys: [key, intervalKey] });
        const lead = { interval: intervalKey, window, name: key };
        const stored = guesses ? this.#newRows.lastOf(name, interval) : undefined;
        let last: BucketWrite | undefined;
        for (const write of ofName) {
          const list = stored !== undefined && isAfter(write, stored) ? newRows : rows;
          list.added(format.append(write, lead, list.open));
          last = write;
        }
        if (last !== undefined) lastPlaces.push({ name, interval, place: last });
      }
    }
    if (newRows.rows + rows.rows === 0) return NOTHING;
    const steps: Step[] = long.sort().map((name) => ({
      statement: this.#statements.keepName(),
      parameters: [keys.get(name), format.rowText(name)],
    }));
    steps.push(...directory.enter(entries));
    for (const list of [newRows, rows]) {
      for (const batch of batches(list, layout, session)) {
        const statement = this.#statements.insert(batch.rows, list === newRows);
        steps.push({ statement, parameters: batch.parameters });
      }
    }
    return { steps, entries, newRows: newRows.rows, lastPlaces };
  }
}

const NOTHING: WritePlan = { steps: [], entries: [], newRows: 0, lastPlaces: [] };
