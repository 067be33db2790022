import { forEachAtOnce, type Loss, RecentEntries, textAfter } from '@kairos/core';
import type { types } from 'cassandra-driver';
import type { Layout } from '../layout.js';
import { type IntegerColumn, integerOf } from '../session/integer.js';
import type { Session, Statement } from '../session/session.js';
import { microseconds } from '../write/clock.js';
import { ttlOf } from '../write/ttl.js';

/** Names are spread over so many partitions, so that none of them is hot or large. */
const SHARDS = 32;

/**
 * An entry without data is removed once it has not been written for so long: no process can then still be leaving out
 * to write it because it did so recently, even where clocks differ.
 */
const ABANDONED_MICROSECONDS = 3_600_000_000;

const STATEMENTS_PER_BATCH = 100;
const PARTITIONS_AT_ONCE = 64;

/** When a write began: in microseconds since the epoch, and by `performance.now`. */
export interface WriteMoment {
  readonly timestamp: number;
  readonly begun: number;
}

/** What is to be entered of a name to which data is written. */
export interface Entry {
  readonly name: string;
  readonly interval: string;
  readonly hint: Hint;
  readonly windows: readonly WindowEntry[];
}

/** A bucket to which data is written, and for how long it tells that there is some. */
export interface Hint {
  readonly bucket: number;
  /** When the data expires by itself, in Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
}

export interface WindowEntry {
  readonly window: number;
  /** When the last bucket of the window expires, in Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
}

export interface Window {
  readonly interval: string;
  readonly window: number;
}

export interface IntervalEntry {
  readonly interval: string;
  /** A bucket that had data when the hint was written; `null` where the data has to be looked at. */
  readonly hint: number | null;
}

/** A name as it is entered, with its intervals. */
export interface NameEntry {
  readonly name: string;
  readonly intervals: readonly IntervalEntry[];
  /** When any of it was last written, in microseconds. */
  readonly touched: number;
}

/**
 * Which names there are, and in which windows of which intervals they may have data. Entries are written over and over
 * with the same content, so no writer has to read first: in one batch with the data, before it, or, where one round
 * trip allows neither, beside it. Hints are of the same batch or the same round trip, or come after the data. A deletion
 * leaves entries, without the hint: a process that entered the name a moment ago may be writing to it without entering
 * it again. What is left without data is removed later.
 */
export class Directory {
  readonly #session: Session;
  readonly #integer: IntegerColumn;
  readonly #series: string;
  readonly #touch: string;
  readonly #setHint: string;
  readonly #dropHint: string;
  readonly #addWindow: string;
  readonly #shardNames: string;
  readonly #nameEntry: string;
  readonly #nameWindows: string;
  readonly #intervalWindows: string;
  readonly #removeName: string;
  readonly #removeWindows: string;
  readonly #removeWindow: string;
  readonly #recent = new RecentEntries();

  constructor(session: Session, { series, names, windows }: Layout) {
    this.#session = session;
    this.#integer = session.integer;
    this.#series = series;
    const name = 'series = ? AND shard = ? AND name = ?';
    this.#touch = `UPDATE ${names.qualified} SET touched = ? WHERE ${name} AND interval = ?`;
    this.#setHint = `UPDATE ${names.qualified} USING TTL ? SET hint = ? WHERE ${name} AND interval = ?`;
    this.#dropHint = `UPDATE ${names.qualified} SET hint = null, touched = ? WHERE ${name} AND interval = ?`;
    this.#shardNames = `SELECT name, interval, hint, touched FROM ${names.qualified} WHERE series = ? AND shard = ?`;
    this.#nameEntry = `${this.#shardNames} AND name = ?`;
    this.#removeName = `DELETE FROM ${names.qualified} WHERE ${name}`;
    this.#addWindow = `INSERT INTO ${windows.qualified} (series, name, interval, window) VALUES (?, ?, ?, ?) USING TTL ?`;
    this.#nameWindows = `SELECT interval, window FROM ${windows.qualified} WHERE series = ? AND name = ?`;
    this.#intervalWindows = `${this.#nameWindows} AND interval = ? AND window >= ? AND window <= ?`;
    this.#removeWindows = `DELETE FROM ${windows.qualified} WHERE series = ? AND name = ?`;
    this.#removeWindow = `${this.#removeWindows} AND interval = ? AND window = ?`;
  }

  /** Whether this process entered it so recently that it need not do so now. */
  isFresh(name: string, interval: string, window: number): boolean {
    return this.#recent.has(name, interval, window);
  }

  /** What enters a name with its hint, and the windows of it. */
  statements(entry: Entry, moment: number): Statement[] {
    return [
      this.#touchStatement(entry, moment),
      this.#hintStatement(entry),
      ...this.#windowStatements(entry),
    ];
  }

  /** An entry is there for as long as it is touched; its hint, as the bucket. */
  #touchStatement({ name, interval }: Entry, moment: number): Statement {
    return {
      query: this.#touch,
      params: [this.#integer(moment), this.#series, shardOf(name), name, interval],
    };
  }

  #hintStatement({ name, interval, hint }: Entry): Statement {
    const { bucket, expiresAt } = hint;
    return {
      query: this.#setHint,
      params: [ttlOf(expiresAt), this.#integer(bucket), this.#series, shardOf(name), name, interval],
    };
  }

  #windowStatements({ name, interval, windows }: Entry): Statement[] {
    return windows.map(({ window, expiresAt }) => ({
      query: this.#addWindow,
      params: [this.#series, name, interval, this.#integer(window), ttlOf(expiresAt)],
    }));
  }

  /** Remembers what was written. */
  remember({ name, interval, windows }: Entry): void {
    this.#recent.add(
      name,
      interval,
      windows.map(({ window }) => window),
    );
  }

  /**
   * Enters many names, with or without their hints, batched by partition; returns what became of those that could not
   * be entered.
   */
  async enter(
    entries: readonly Entry[],
    moment: WriteMoment,
    { hinted }: { readonly hinted: boolean },
  ): Promise<ReadonlyMap<Entry, Loss>> {
    const losses = await this.#writeBatched(entries, moment, {
      name: (entry) => [
        this.#touchStatement(entry, moment.timestamp),
        ...(hinted ? [this.#hintStatement(entry)] : []),
      ],
      windows: (entry) => this.#windowStatements(entry),
    });
    for (const entry of entries) if (!losses.has(entry)) this.remember(entry);
    return losses;
  }

  /** Hints at the data of what was entered without. What fails of that costs a look at the data. */
  async hint(entries: readonly Entry[], moment: WriteMoment): Promise<void> {
    await this.#writeBatched(entries, moment, {
      name: (entry) => [this.#hintStatement(entry)],
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

  /** Takes back that there is data: from now on it is looked at. */
  async dropHints(name: string, intervals?: Iterable<string>, begun = performance.now()): Promise<void> {
    this.#recent.delete(name);
    const shard = shardOf(name);
    const entered = intervals ?? (await this.intervalsOf(name)).map(({ interval }) => interval);
    const moment = microseconds();
    const statements = [...entered].map((interval) => ({
      query: this.#dropHint,
      params: [this.#integer(moment), this.#series, shard, name, interval],
    }));
    await this.#session.write(statements, { timestamp: moment, begun });
  }

  /** The intervals in which a name is entered. */
  async intervalsOf(name: string): Promise<IntervalEntry[]> {
    const params = [this.#series, shardOf(name), name];
    return (await this.#session.rows({ query: this.#nameEntry, params })).map(intervalEntryOf);
  }

  /** Every name that is entered and begins with a prefix, shard by shard, each of which is ordered by name. */
  async forEachName(work: (names: readonly NameEntry[]) => Promise<void>, prefix = ''): Promise<void> {
    const bounds = prefix === '' ? [] : [prefix, textAfter(prefix)].filter((bound) => bound !== null);
    const query = `${this.#shardNames}${[' AND name >= ?', ' AND name < ?'].slice(0, bounds.length).join('')}`;
    await forEachAtOnce(Array(SHARDS).keys(), SHARDS, async (shard) => {
      let last: { name: string; intervals: IntervalEntry[]; touched: number } | undefined;
      const statement = { query, params: [this.#series, shard, ...bounds] };
      for await (const rows of this.#session.pages(statement)) {
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

  /** The windows in which a name may have data, ascending in each interval. */
  async windowsOf(
    name: string,
    range?: { readonly interval: string; readonly first: number; readonly last: number },
  ): Promise<Window[]> {
    const params = [this.#series, name];
    const rows = await this.#session.rows(
      range === undefined
        ? { query: this.#nameWindows, params }
        : {
            query: this.#intervalWindows,
            params: [...params, range.interval, this.#integer(range.first), this.#integer(range.last)],
          },
    );
    return rows.map((row) => ({ interval: String(row.interval), window: integerOf(row.window) }));
  }

  /** Whether an entry is so old that it may be removed where there is no data. */
  isAbandoned({ touched }: NameEntry): boolean {
    return touched < microseconds() - ABANDONED_MICROSECONDS;
  }

  /** Removes a name and its windows, unless they were entered again meanwhile. */
  async remove({ name, touched }: NameEntry): Promise<void> {
    const options = { timestamp: touched };
    const windows = { query: this.#removeWindows, params: [this.#series, name] };
    await this.#session.write([windows], options);
    const entry = { query: this.#removeName, params: [this.#series, shardOf(name), name] };
    await this.#session.write([entry], options);
  }

  /** Removes one window, to which nothing is written any more. */
  async removeWindow(name: string, { interval, window }: Window): Promise<void> {
    const params = [this.#series, name, interval, this.#integer(window)];
    await this.#session.write([{ query: this.#removeWindow, params }], { timestamp: microseconds() });
  }

  /** Forgets what this process wrote. */
  forget(): void {
    this.#recent.clear();
  }
}

function intervalEntryOf(row: types.Row): IntervalEntry {
  const hint: unknown = row.hint;
  return { interval: String(row.interval), hint: hint === null ? null : integerOf(hint) };
}

/** FNV-1a over UTF-16: every process has to come to the same. */
function shardOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % SHARDS;
}

function* batchesOf<S>(partitions: Iterable<readonly S[]>): Generator<readonly S[]> {
  for (const statements of partitions) {
    for (let start = 0; start < statements.length; start += STATEMENTS_PER_BATCH) {
      yield statements.slice(start, start + STATEMENTS_PER_BATCH);
    }
  }
}
