import { forEachAtOnce, type Loss, RecentEntries, textAfter } from '@kairos/core';
import type { types } from 'cassandra-driver';
import type { Layout } from '../layout.js';
import { integerOf } from '../session/integer.js';
import type { Session, Statement } from '../session/session.js';
import { microseconds } from '../write/clock.js';
import type { Entry, IntervalEntry, NameEntry, Window } from './entries.js';
import { DirectoryStatements, shardOf, shards } from './statements.js';

/**
 * Age at which an entry without data is removed. By then, no process still relies on having written it recently, even
 * if clocks differ.
 */
const ABANDONED_MICROSECONDS = 3_600_000_000;

const STATEMENTS_PER_BATCH = 100;
const PARTITIONS_AT_ONCE = 64;

/** When a write began: in microseconds since the epoch, and by `performance.now`. */
export interface WriteMoment {
  readonly timestamp: number;
  readonly begun: number;
}

/**
 * Lists the names, and the windows of each interval in which they may have data. Writers enter the same
 * content repeatedly, so none of them has to read first. An entry goes out in one batch with the data, before
 * it, or, if one round trip allows neither, beside it. A hint goes out in the same batch or round trip, or
 * after the data. A deletion drops the hint but keeps the entry, because a process that just entered the name
 * may be writing to it without entering it again. Entries without data are removed later.
 */
export class Directory {
  readonly #session: Session;
  readonly #statements: DirectoryStatements;
  readonly #recent = new RecentEntries();

  constructor(session: Session, layout: Layout) {
    this.#session = session;
    this.#statements = new DirectoryStatements(session.integer, layout);
  }

  /** Whether this process entered the window so recently that it need not do so again. */
  isFresh(name: string, interval: string, window: number): boolean {
    return this.#recent.has(name, interval, window);
  }

  /** The statements that enter a name, its hint and its windows. */
  statements(entry: Entry, moment: number): Statement[] {
    return [
      this.#statements.touch(entry, moment),
      this.#statements.setHint(entry),
      ...this.#statements.addWindows(entry),
    ];
  }

  /** Remembers an entry that was written. */
  remember({ name, interval, windows }: Entry): void {
    this.#recent.add(
      name,
      interval,
      windows.map(({ window }) => window),
    );
  }

  /**
   * Enters many names, with or without their hints, in batches by partition. Returns the losses of the entries that
   * could not be written.
   */
  async enter(
    entries: readonly Entry[],
    moment: WriteMoment,
    { hinted }: { readonly hinted: boolean },
  ): Promise<ReadonlyMap<Entry, Loss>> {
    const losses = await this.#writeBatched(entries, moment, {
      name: (entry) => [
        this.#statements.touch(entry, moment.timestamp),
        ...(hinted ? [this.#statements.setHint(entry)] : []),
      ],
      windows: (entry) => this.#statements.addWindows(entry),
    });
    for (const entry of entries) if (!losses.has(entry)) this.remember(entry);
    return losses;
  }

  /** Writes hints for entries without one. If a hint is missing, `list` has to look at the data. */
  async hint(entries: readonly Entry[], moment: WriteMoment): Promise<void> {
    await this.#writeBatched(entries, moment, {
      name: (entry) => [this.#statements.setHint(entry)],
      windows: () => [],
    });
  }

  async #writeBatched(
    entries: readonly Entry[],
    { timestamp, begun }: WriteMoment,
    statementsOf: Readonly<Record<'name' | 'windows', (entry: Entry) => readonly Statement[]>>,
  ): Promise<ReadonlyMap<Entry, Loss>> {
    const losses = new Map<Entry, Loss>();
    const partitions = new Map<string | number, [Statement, Entry][]>();
    const add = (partition: string | number, entry: Entry, statements: readonly Statement[]) => {
      const found = partitions.get(partition) ?? [];
      partitions.set(partition, found);
      for (const statement of statements) found.push([statement, entry]);
    };
    for (const entry of entries) {
      add(shardOf(entry.name), entry, statementsOf.name(entry));
      add(entry.name, entry, statementsOf.windows(entry));
    }
    await forEachAtOnce(batchesOf(partitions.values()), PARTITIONS_AT_ONCE, async (batch) => {
      const statements = batch.map(([statement]) => statement);
      const loss = await this.#session.tryWrite(statements, { timestamp, begun });
      if (loss !== undefined) for (const [, entry] of batch) losses.set(entry, loss);
    });
    return losses;
  }

  /** Removes the hints of a name, so that `list` looks at the data from now on. */
  async dropHints(name: string, intervals?: Iterable<string>, begun = performance.now()): Promise<void> {
    this.#recent.delete(name);
    const entered = intervals ?? (await this.intervalsOf(name)).map(({ interval }) => interval);
    const moment = microseconds();
    const statements = [...entered].map((interval) => this.#statements.dropHint(name, interval, moment));
    await this.#session.write(statements, { timestamp: moment, begun });
  }

  /** The intervals of a name in the directory. */
  async intervalsOf(name: string): Promise<IntervalEntry[]> {
    return (await this.#session.rows(this.#statements.nameEntry(name))).map(intervalEntryOf);
  }

  /** Goes through the names that begin with a prefix, shard by shard, in the order of the names within a shard. */
  async forEachName(work: (names: readonly NameEntry[]) => Promise<void>, prefix = ''): Promise<void> {
    const bounds = prefix === '' ? [] : [prefix, textAfter(prefix)].filter((bound) => bound !== null);
    await forEachAtOnce(shards, shards.length, async (shard) => {
      let last: { name: string; intervals: IntervalEntry[]; touched: number } | undefined;
      for await (const rows of this.#session.pages(this.#statements.shardNames(shard, bounds))) {
        const names: NameEntry[] = [];
        for (const row of rows) {
          const name = String(row.name);
          if (last?.name !== name) {
            if (last !== undefined) names.push(last);
            last = { name, intervals: [], touched: 0 };
          }
          last.intervals.push(intervalEntryOf(row));
          last.touched = Math.max(last.touched, integerOf(row.touched));
        }
        await work(names);
      }
      if (last !== undefined) await work([last]);
    });
  }

  /** The windows in which a name may have data, ascending within each interval. */
  async windowsOf(
    name: string,
    range?: { readonly interval: string; readonly first: number; readonly last: number },
  ): Promise<Window[]> {
    const rows = await this.#session.rows(
      range === undefined
        ? this.#statements.windowsOf(name)
        : this.#statements.windowsWithin(name, range.interval, range.first, range.last),
    );
    return rows.map((row) => ({ interval: String(row.interval), window: integerOf(row.window) }));
  }

  /** Whether an entry is old enough to be removed if it has no data. */
  isAbandoned({ touched }: NameEntry): boolean {
    return touched < microseconds() - ABANDONED_MICROSECONDS;
  }

  /** Removes a name and its windows, unless they have been entered again since. */
  async remove({ name, touched }: NameEntry): Promise<void> {
    const options = { timestamp: touched };
    await this.#session.write([this.#statements.removeWindows(name)], options);
    await this.#session.write([this.#statements.removeName(name)], options);
  }

  /** Removes a window that nobody writes to any more. */
  async removeWindow(name: string, window: Window): Promise<void> {
    await this.#session.write([this.#statements.removeWindow(name, window)], { timestamp: microseconds() });
  }

  /** Forgets which entries this process wrote. */
  forget(): void {
    this.#recent.clear();
  }
}

function intervalEntryOf(row: types.Row): IntervalEntry {
  const hint: unknown = row.hint;
  return { interval: String(row.interval), hint: hint === null ? null : integerOf(hint) };
}

function* batchesOf<S>(partitions: Iterable<readonly S[]>): Generator<readonly S[]> {
  for (const statements of partitions) {
    for (let start = 0; start < statements.length; start += STATEMENTS_PER_BATCH) {
      yield statements.slice(start, start + STATEMENTS_PER_BATCH);
    }
  }
}
