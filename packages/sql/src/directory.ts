import { elapsed, RecentEntries } from '@kairos/core';
import type { Layout } from './layout.js';
import type { Session, Step } from './session/session.js';
import { DirectoryStatements } from './statements/directory-statements.js';
import type { Ends } from './windows.js';
import { batches } from './write/batches.js';

/** How long a process relies on entries that it made, in milliseconds. */
const FRESH = 30 * 60_000;
/** How long entries are marked before they are removed, in seconds: by then nobody relies on them. */
const MARKED = 3600;
const REMOVED_AT_ONCE = 1000;
const REMOVALS = 10;
/** How often one looks for what can be removed, in milliseconds. */
const BETWEEN_REMOVALS = 60_000;

/** A window of a name, with the keys of both as their columns hold them. */
export interface Entry {
  readonly name: string;
  readonly interval: string;
  readonly window: number;
  readonly keys: readonly [unknown, unknown];
}

/**
 * The directory: which name has data in which window. There is no data without an entry: before writing into a window,
 * a process enters it, in the same transaction, and remembers that for half an hour. So other processes do not remove
 * entries, but mark them; a mark means that one has to check whether there is data. Entering a window clears its mark.
 * So after an hour nobody relies on a marked entry, and it is removed if there is no data.
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

  /** What enters windows, each once. */
  enter(entries: readonly Entry[]): readonly Step[] {
    const sorted = entries.length > 1 ? [...entries].sort(byKey) : entries;
    const parameters = sorted.flatMap(({ keys, window }) => [...keys, window]);
    const steps: Step[] = [];
    for (const batch of batches(parameters, sorted.length, this.#layout, this.#session)) {
      steps.push({ statement: this.#statements.enter(batch.rows), parameters: batch.parameters });
    }
    return steps;
  }

  /** To be called once what enters them is committed. */
  remember(entries: readonly Entry[]): void {
    for (const { name, interval, window } of entries) this.#recent.add(name, interval, [window]);
  }

  /** What is deleted by this process is entered anew, which clears the marks. */
  forget(name?: string): void {
    if (name === undefined) this.#recent.clear();
    else this.#recent.delete(name);
  }

  /** The windows that are entered of a name and an interval, both ends included. */
  async windowsOf(name: unknown, interval: unknown, { first, last }: Ends): Promise<readonly number[]> {
    const rows = await this.#session.rows(this.#statements.windowsOfName(), [name, interval, first, last]);
    return rows.map(([window]) => Number(window));
  }

  /** The keys of the intervals that something is entered of. */
  async intervalsOf(name: unknown): Promise<readonly unknown[]> {
    const rows = await this.#session.rows(this.#statements.intervalsOfName(), [name]);
    return rows.map(([interval]) => interval);
  }

  /** Marks what is entered, of a name or of all. */
  mark(name?: unknown): Step {
    const statement = this.#statements.mark({ name: name !== undefined, windows: false });
    return { statement, parameters: name === undefined ? [] : [name] };
  }

  /** Marks the windows up to one, of a name or of all. */
  markWindows(interval: unknown, last: number, name?: unknown): Step {
    const statement = this.#statements.mark({ name: name !== undefined, windows: true });
    return { statement, parameters: name === undefined ? [interval, last] : [name, interval, last] };
  }

  /** Removes what was marked long ago, a number of entries at most, and not in a transaction of the user's own. */
  async clean(): Promise<void> {
    if (this.#session.inTransaction || elapsed() - this.#removed < BETWEEN_REMOVALS) return;
    this.#removed = elapsed();
    if (this.#session.dialect.spread === true) return this.#cleanNames();
    const byLimit = this.#session.dialect.name === 'mysql';
    const parameters = byLimit ? [MARKED, REMOVED_AT_ONCE] : [MARKED, MARKED, REMOVED_AT_ONCE];
    for (let turn = 0; turn < REMOVALS; turn++) {
      const removed = await this.#session.run(this.#statements.removeMarked(), parameters);
      if (removed >= REMOVED_AT_ONCE) continue;
      // What is left has data: it is looked at again after as long.
      await this.#session.run(this.#statements.markAgain(), [MARKED]);
      return;
    }
  }

  /** The same name by name, as no statement over several servers removes so many at most. */
  async #cleanNames(): Promise<void> {
    const names = await this.#session.rows(this.#statements.markedNames(), [MARKED, REMOVED_AT_ONCE]);
    const { remove, markAgain } = this.#statements.cleanName();
    for (const [name] of names) {
      const parameters = [name, MARKED, REMOVED_AT_ONCE];
      while ((await this.#session.run(remove, parameters)) >= REMOVED_AT_ONCE);
      await this.#session.run(markAgain, [name, MARKED]);
    }
  }

  /** Removes what was marked long ago of windows in partitions, of which `expire` has deleted all data. */
  async cleanExpired(interval: unknown, edge: number): Promise<void> {
    if (!this.#session.inTransaction) {
      await this.#session.run(this.#statements.removeExpired(), [interval, edge, MARKED]);
    }
  }
}

/** The same for every process, so that no two wait for each other's entries. */
function byKey(a: Entry, b: Entry): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.interval !== b.interval) return a.interval < b.interval ? -1 : 1;
  return a.window - b.window;
}
