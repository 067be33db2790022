import type { BucketWrite } from '@kairos/core';
import type { Directory, Entry } from '../directory.js';
import { isDigested } from '../key.js';
import type { Layout } from '../layout.js';
import type { RowFormat } from '../rows.js';
import type { Session, Step } from '../session/session.js';
import { WriteStatements } from '../statements/write-statements.js';
import type { IntervalWindows } from '../windows.js';
import { arraysOf, batches } from './batches.js';
import { byWindow, type InWindow } from './by-window.js';
import { NewRows } from './new-rows.js';
import { type RowRun, RowRuns } from './row-runs.js';

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
  readonly windows: readonly InWindow[];
  /** Whether some rows are inserted as new ones. */
  readonly guesses: boolean;
}

/** Turns bucket writes into the steps of a transaction. */
export class WritePlanner {
  readonly #parts: PlannerParts;
  readonly #statements: WriteStatements;
  readonly #newRows: NewRows | null;

  constructor(parts: PlannerParts) {
    const { layout, session } = parts;
    this.#parts = parts;
    this.#statements = new WriteStatements(layout, session);
    this.#newRows = session.dialect.insertsFaster && layout.type !== 'series' ? new NewRows() : null;
  }

  /** Full names come first, then entries, then rows. */
  plan(writes: readonly BucketWrite[]): WritePlan {
    const { session, format, directory } = this.#parts;
    const windows = byWindow(writes, this.#parts.windows);
    // An error would end a transaction of the user's.
    const newIntervals = session.inTransaction ? undefined : this.#newRows?.intervalsIn(windows);
    const keys = new Map<string, unknown>();
    const long: string[] = [];
    const entries: Entry[] = [];
    const rows = new RowRuns(session.dialect.rowsPerInsert);
    for (const { interval, window, parts } of windows) {
      const intervalKey = format.rowKey(interval);
      const list = rows.next(newIntervals?.has(interval) === true);
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
        for (const write of ofName) list.added(format.append(write, lead, list.open()));
      }
    }
    const runs = rows.all;
    if (runs.length === 0) return { steps: [], entries: [], windows: [], guesses: false };
    const steps: Step[] = long.sort().map((name) => ({
      statement: this.#statements.keepName(),
      parameters: [keys.get(name), format.rowText(name)],
    }));
    steps.push(...directory.enter(entries), ...this.#inserts(runs));
    return { steps, entries, windows, guesses: runs.some(({ areNew }) => areNew) };
  }

  /** Two runs are one statement, if they fit. */
  #inserts(runs: readonly RowRun[]): Step[] {
    const { session, layout } = this.#parts;
    const steps = runs.flatMap(({ areNew, rows }) =>
      [...batches(rows, layout, session)].map((batch) => ({
        statement: this.#statements.insert(batch.rows, areNew),
        parameters: batch.parameters,
      })),
    );
    const [first, second] = runs;
    const all = runs.reduce((sum, { rows }) => sum + rows.rows, 0);
    if (first === undefined || second === undefined) return steps;
    if (steps.length > 2 || all > session.dialect.rowsPerInsert) return steps;
    const { dialect } = session;
    const arrays = runs.map(({ rows }, run) =>
      dialect.asArrays(rows.rows) ? (steps[run]?.parameters ?? []) : arraysOf(rows, 0, rows.rows, dialect),
    );
    return [{ statement: this.#statements.insertBoth(first.areNew), parameters: arrays.reverse().flat() }];
  }

  /** Call this once the steps are committed. */
  stored({ entries, windows }: WritePlan): void {
    this.#parts.directory.remember(entries);
    this.#newRows?.stored(windows);
  }

  /** Call this if rows exist that a plan takes for new ones. Then plan the writes again. */
  guessedWrong(): void {
    this.#newRows?.pause();
  }
}
