import { forEachAtOnce, type Retention, type TimeseriesType } from '@kairos/core';
import type { Directory } from '../directory/directory.js';
import type { NameEntry, Window } from '../directory/entries.js';
import type { Layout } from '../layout.js';
import { type CounterForm, isCounterForm, type RowForm } from '../rows/row-form.js';
import type { Session, Statement } from '../session/session.js';
import type { IntervalWindows } from '../windows.js';
import { microseconds } from '../write/clock.js';
import type { Lock } from './lock.js';
import type { Hold } from './turn.js';

const PARTITIONS_AT_ONCE = 16;
const STATEMENTS_PER_BATCH = 100;
const NAMES_PER_TURN = 200;

/** TRUNCATE waits up to a minute for every node. */
const TRUNCATE_MILLISECONDS = 70_000;

export interface EraserParts<T extends TimeseriesType> {
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly directory: Directory;
  readonly windows: IntervalWindows;
  readonly lock: Lock;
}

type Expired = Pick<NameEntry, 'name' | 'intervals'>;

/** Deletes and expires data. */
export class Eraser<T extends TimeseriesType> {
  readonly #parts: EraserParts<T>;
  readonly #partition: string;

  constructor(parts: EraserParts<T>) {
    this.#parts = parts;
    this.#partition = `${parts.layout.data.qualified} WHERE name = ? AND interval = ? AND window = ?`;
  }

  /** Deletes a name in all windows of all intervals. */
  async deleteName(name: string): Promise<void> {
    const { form, lock } = this.#parts;
    if (isCounterForm(form)) {
      // Two processes that reset the same counters at once would subtract their counts twice.
      return lock.alone((hold) =>
        this.#eachWindow(name, (window) => this.#takeBack(form, name, window, hold)),
      );
    }
    return this.#eachWindow(name, (window) => this.#deletePartition(name, window));
  }

  async #eachWindow(name: string, erase: (window: Window) => Promise<void>): Promise<void> {
    const { directory } = this.#parts;
    await forEachAtOnce(await directory.windowsOf(name), PARTITIONS_AT_ONCE, erase);
    await directory.dropHints(name);
  }

  /** Empties the table. */
  async deleteAll(): Promise<void> {
    const { directory, form, lock } = this.#parts;
    // Not while another process resets counters: emptied ones would go below 0.
    await (form.counter ? lock.alone(() => this.#truncate()) : this.#truncate());
    directory.forget();
    await directory.forEachName((names) =>
      forEachAtOnce(names, PARTITIONS_AT_ONCE, ({ name, intervals }) =>
        directory.dropHints(
          name,
          intervals.map(({ interval }) => interval),
        ),
      ),
    );
  }

  async #truncate(): Promise<void> {
    const { session, layout } = this.#parts;
    await session.execute(`TRUNCATE ${layout.data.qualified}`, [], {
      prepare: false,
      readTimeout: TRUNCATE_MILLISECONDS,
    });
  }

  /**
   * Deletes data past its retention. Deletion is final for a counter: a later write would continue from the
   * old count that nodes remember. So the data must be past the retention of every process.
   */
  async expire(name: string | undefined, retention: Retention): Promise<void> {
    const { directory } = this.#parts;
    if (name === undefined) return directory.forEachName((names) => this.#expireNames(names, retention));
    await this.#expireNames([{ name, intervals: await directory.intervalsOf(name) }], retention);
  }

  /** Expires names in groups, and lets other processes take the lock between two groups. */
  async #expireNames(names: readonly Expired[], retention: Retention): Promise<void> {
    for (let start = 0; start < names.length; start += NAMES_PER_TURN) {
      await this.#parts.lock.alone((hold) =>
        forEachAtOnce(names.slice(start, start + NAMES_PER_TURN), PARTITIONS_AT_ONCE, (entry) => {
          hold.check();
          return this.#expireName(entry, retention);
        }),
      );
    }
  }

  async #expireName({ name, intervals }: Expired, retention: Retention): Promise<void> {
    const { session, directory, windows } = this.#parts;
    const outdated = intervals.filter(({ interval, hint }) => {
      const oldest = retention.get(interval) ?? null;
      return hint !== null && oldest !== null && hint < oldest;
    });
    if (outdated.length > 0) {
      await directory.dropHints(
        name,
        outdated.map(({ interval }) => interval),
      );
    }
    for (const window of await directory.windowsOf(name)) {
      const oldest = retention.get(window.interval) ?? null;
      if (oldest === null) continue;
      const kept = windows.of(window.interval).windowsOf(oldest, oldest).first;
      if (window.window < kept) {
        await this.#deletePartition(name, window);
        await directory.removeWindow(name, window);
      } else if (window.window === kept) {
        const query = `DELETE FROM ${this.#partition} AND bucket < ?`;
        const params = [name, window.interval, session.integer(window.window), session.integer(oldest)];
        await session.write([{ query, params }], { timestamp: microseconds() });
      }
    }
  }

  async #deletePartition(name: string, { interval, window }: Window): Promise<void> {
    const { session } = this.#parts;
    const statement = {
      query: `DELETE FROM ${this.#partition}`,
      params: [name, interval, session.integer(window)],
    };
    await session.write([statement], { timestamp: microseconds() });
  }

  /**
   * Resets every counter by subtracting its count. A counter that is deleted in Cassandra does not restart at
   * 0 when it is written again: each node continues from the part of the count that it remembers.
   */
  async #takeBack(
    form: CounterForm<T>,
    name: string,
    { interval, window }: Window,
    hold: Hold,
  ): Promise<void> {
    const { session, layout } = this.#parts;
    const key = [name, interval, session.integer(window)];
    const query = form.erase(layout.data.qualified);
    const select = `SELECT bucket, resolution, ${form.selected} FROM ${this.#partition}`;
    const send = async (batch: readonly Statement[]) => {
      // The counts read before are still right only if no other process resets them.
      hold.check();
      await session.write(batch, { counter: true });
    };
    for await (const rows of session.pages({ query: select, params: key })) {
      let batch: Statement[] = [];
      for (const row of rows) {
        const params = form.bindErasure([...key, row.bucket, row.resolution], row);
        if (params !== null) batch.push({ query, params });
        if (batch.length === STATEMENTS_PER_BATCH) {
          await send(batch);
          batch = [];
        }
      }
      if (batch.length > 0) await send(batch);
    }
  }
}
