import { elapsed, RecentEntries } from '@kairos/core';
import type { Layout } from './layout.js';
import type { Session, Step } from './session/session.js';
import { DirectoryStatements } from './statements/directory-statements.js';
import type { Ends } from './windows.js';
import { batches } from './write/batches.js';
import { RowList } from './write/row-list.js';

/** How long a process relies on entries that it wrote, in milliseconds. */
const FRESH = 30 * 60_000;
/** How long entries stay marked before they are removed, in seconds. By then no process relies on them. */
const MARKED = 3600;
const REMOVED_AT_ONCE = 1000;
const REMOVALS = 10;
/** Pause between two removals, in milliseconds. */
const BETWEEN_REMOVALS = 60_000;

/** A window of a name and an interval, with `keys` holding both as in their columns. */
export interface Entry {
  readonly name: string;
  readonly interval: string;
  readonly window: number;
  readonly keys: readonly [unknown, unknown];
}

/**
 * The directory records which name has data in which window. All data has an entry: before a process writes
 * into a window, it enters the window in the same transaction, then remembers that for half an hour. So other
 * processes do not remove entries, but mark them. A mark means: check whether there is data. Entering a
 * window clears its mark. After an hour nobody relies on a marked entry any more, and Kairos removes it if it
 * has no data.
 */
export class Directory {
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #statements: DirectoryStatements;
  readonly #recent = new RecentEntries(FRESH);
  #removed = Number.NEGATIVE_INFINITY;

  constructor(layout: Layout, session: Session) {
    this.#layout = layout;
    this.#session = session;
    this.#statements = new DirectoryStatements(layout, session);
  }

  isKnown({ name, interval, window }: Omit<Entry, 'keys'>): boolean {
    return this.#recent.has(name, interval, window);
  }

  /** Steps that enter windows, each once. */
  enter(entries: readonly Entry[]): readonly Step[] {
    const sorted = entries.length > 1 ? [...entries].sort(byKey) : entries;
    const rows = new RowList(this.#session.dialect.rowsPerInsert);
    for (const { keys, window } of sorted) rows.add([...keys, window]);
    const steps: Step[] = [];
    for (const batch of batches(rows, this.#layout, this.#session)) {
      steps.push({ statement: this.#statements.enter(batch.rows), parameters: batch.parameters });
    }
    return steps;
  }

  /** Call this once the transaction that enters them is committed. */
  remember(entries: readonly Entry[]): void {
    for (const { name, interval, window } of entries) this.#recent.add(name, interval, [window]);
  }

  /** Call this after a deletion. The next write enters the windows again, which clears their marks. */
  forget(name?: string): void {
    if (name === undefined) this.#recent.clear();
    else this.#recent.delete(name);
  }

  /** The entered windows of a name and an interval, both ends included. */
  async windowsOf(name: unknown, interval: unknown, { first, last }: Ends): Promise<readonly number[]> {
    const rows = await this.#session.rows(this.#statements.windowsOfName(), [name, interval, first, last]);
    return rows.map(([window]) => Number(window));
  }

  /** The keys of the intervals in which a name has entries. */
  async intervalsOf(name: unknown): Promise<readonly unknown[]> {
    const rows = await this.#session.rows(this.#statements.intervalsOfName(), [name]);
    return rows.map(([interval]) => interval);
  }

  /** Marks all entries of a name, or of all names. */
  mark(name?: unknown): Step {
    const statement = this.#statements.mark({ name: name !== undefined, windows: false });
    return { statement, parameters: name === undefined ? [] : [name] };
  }

  /** Marks entries up to a window, of a name or of all names. */
  markWindows(interval: unknown, last: number, name?: unknown): Step {
    const statement = this.#statements.mark({ name: name !== undefined, windows: true });
    return { statement, parameters: name === undefined ? [interval, last] : [name, interval, last] };
  }

  /** Removes entries marked long ago, up to a maximum. Does nothing inside a transaction of the user's. */
  async clean(): Promise<void> {
    if (this.#session.inTransaction || elapsed() - this.#removed < BETWEEN_REMOVALS) return;
    this.#removed = elapsed();
    if (this.#session.dialect.spread === true) return this.#cleanNames();
    const byLimit = this.#session.dialect.name === 'mysql';
    const parameters = byLimit ? [MARKED, REMOVED_AT_ONCE] : [MARKED, MARKED, REMOVED_AT_ONCE];
    for (let turn = 0; turn < REMOVALS; turn++) {
      const removed = await this.#session.run(this.#statements.removeMarked(), parameters);
      if (removed >= REMOVED_AT_ONCE) continue;
      // The remaining entries have data. Marking them again delays their next check.
      await this.#session.run(this.#statements.markAgain(), [MARKED]);
      return;
    }
  }

  /**
   * Does the same name by name, because a statement over several servers cannot limit how many rows it
   * removes.
   */
  async #cleanNames(): Promise<void> {
    const names = await this.#session.rows(this.#statements.markedNames(), [MARKED, REMOVED_AT_ONCE]);
    const { remove, markAgain } = this.#statements.cleanName();
    for (const [name] of names) {
      const parameters = [name, MARKED, REMOVED_AT_ONCE];
      while ((await this.#session.run(remove, parameters)) >= REMOVED_AT_ONCE);
      await this.#session.run(markAgain, [name, MARKED]);
    }
  }

  /** Removes entries marked long ago, in windows of partitions whose data `expire` has deleted. */
  async cleanExpired(interval: unknown, edge: number): Promise<void> {
    if (!this.#session.inTransaction) {
      await this.#session.run(this.#statements.removeExpired(), [interval, edge, MARKED]);
    }
  }
}

/** Every process uses this order, so that no two wait for each other's entries. */
function byKey(a: Entry, b: Entry): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.interval !== b.interval) return a.interval < b.interval ? -1 : 1;
  return a.window - b.window;
}
