import {
  type BucketWrite,
  byName,
  describeValue,
  forEachAtOnce,
  isError,
  type Loss,
  type TimeseriesType,
  type WriteFailure,
  WriteOutcomes,
} from '@kairos/core';
import type { Directory } from '../directory/directory.js';
import type { Entry } from '../directory/entries.js';
import type { Layout } from '../layout.js';
import { inexactAmount } from '../rows/counters.js';
import type { RowContext, RowForm } from '../rows/row-form.js';
import { codeOf, INVALID } from '../session/fate.js';
import type { Session, Statement } from '../session/session.js';
import type { IntervalWindows } from '../windows.js';
import { add, alone, type Chunk, chunksOf, emptyChunk, spreadOver } from './chunks.js';
import { arrivalOf, microseconds } from './clock.js';
import { type Group, Grouping, type WindowWrites } from './groups.js';
import { ttlOf } from './ttl.js';

/** By default, the server accepts batches over partitions of up to 50 KiB; this leaves room for overhead. */
const ATOMIC_BYTES = 40 * 1024;
const ATOMIC_STATEMENTS = 1000;

const CHUNKS_AT_ONCE = 128;

/** The part of a name that always fits into an atomic batch, with its keys and directory entries. */
export const ATOMIC_SIZE = { values: 200, bytes: 6000 } as const;

/** When a call of `write` began, in the forms that its rows need. */
interface Moment extends RowContext {
  readonly timestamp: number;
  /** The same, by `performance.now`. */
  readonly begun: number;
}

export interface WriterParts<T extends TimeseriesType> {
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly directory: Directory;
  readonly windows: IntervalWindows;
}

/**
 * Turns bucket writes into statements: an atomic batch for each name if it fits, else batches within partitions. Small
 * batches of counters go out together.
 */
export class Writer<T extends TimeseriesType> {
  readonly #parts: WriterParts<T>;
  readonly #grouping: Grouping<T>;
  /** By the length of the row. */
  readonly #statements = new Map<number, string>();

  constructor(parts: WriterParts<T>) {
    this.#parts = parts;
    this.#grouping = new Grouping({ ...parts, expires: !parts.form.counter });
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    if (!this.#parts.form.counter) return this.#write(writes);
    // Exact amounts may add up to one that is not exact. Then nothing of that name is sent.
    const refused = new Map<string, WriteFailure<T>>();
    for (const write of writes) {
      const amount = inexactAmount(write.data);
      if (amount !== undefined && !refused.has(write.name)) {
        const error = new RangeError(
          `The amounts for ${describeValue(write.name)} in bucket ${write.bucket} of ${describeValue(write.interval)} add up to ${amount}; expected less than 2^53 in one call`,
        );
        refused.set(write.name, { write, fate: 'failed', error });
      }
    }
    if (refused.size === 0) return this.#write(writes);
    const failures = await this.#write(writes.filter(({ name }) => !refused.has(name)));
    const lost = writes.flatMap((write): WriteFailure<T>[] => {
      const refusal = refused.get(write.name);
      return refusal === undefined ? [] : [{ ...refusal, write }];
    });
    return [...failures, ...lost];
  }

  async #write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const { session, form } = this.#parts;
    const timestamp = microseconds();
    const arrival = form.counter ? '' : arrivalOf(timestamp);
    const moment = { timestamp, begun: performance.now(), arrival, integer: session.integer };
    const outcomes = new WriteOutcomes();
    const rest: Group<T>[] = [];
    await forEachAtOnce(byName(this.#grouping.groupsOf(writes)), CHUNKS_AT_ONCE, async (groups) => {
      const failures = form.counter ? null : await this.#writeAtOnce(groups, moment);
      if (failures === null) rest.push(...groups);
      else for (const failure of failures) outcomes.lost([failure.write], failure);
    });
    if (new Set(rest.map(({ name }) => name)).size === 1) await this.#writeTogether(rest, moment, outcomes);
    else await this.#writeInTurn(rest, moment, outcomes);
    return outcomes.failuresOf(writes);
  }

  /**
   * Sends all writes of a name in one request that is applied whole or not at all. Resolves to `null` if they are too
   * large for that.
   */
  async #writeAtOnce(groups: readonly Group<T>[], moment: Moment): Promise<WriteFailure<T>[] | null> {
    const { session, directory } = this.#parts;
    const chunk: Chunk<T> = emptyChunk();
    const entries: Entry[] = [];
    let sent = 0;
    for (const group of groups) {
      sent += group.windows.size;
      for (const { writes, window } of group.windows.values()) {
        for (const write of writes) {
          for (const statement of this.#statementsOf(write, window, moment)) {
            add(chunk, write, statement);
            if (chunk.bytes > ATOMIC_BYTES || chunk.statements.length > ATOMIC_STATEMENTS) return null;
          }
        }
      }
      if (group.entry !== null) entries.push(group.entry);
    }
    for (const entry of entries) chunk.statements.push(...directory.statements(entry, moment.timestamp));
    const logged = sent + entries.length > 1;
    const { timestamp, begun } = moment;
    const loss = await session.tryWrite(chunk.statements, { timestamp, begun }, logged);
    if (loss === undefined) {
      for (const entry of entries) directory.remember(entry);
      return [];
    }
    // The server may be configured to allow less than the default.
    if (logged && loss.fate === 'failed' && isTooLarge(loss.error)) return null;
    return [...chunk.writes].map((write) => ({ write, ...loss }));
  }

  /** Writes one name in one round trip: its directory entries go out beside the data, not in one batch with it. */
  async #writeTogether(groups: readonly Group<T>[], moment: Moment, outcomes: WriteOutcomes): Promise<void> {
    const windows = groups.flatMap((group) => [...group.windows.values()]);
    const [unentered] = await Promise.all([
      this.#enter(groups, moment, { hinted: true }),
      this.#send(windows, moment, outcomes),
    ]);
    await this.#takeBackHints(groups, moment, outcomes);
    if (unentered.size === 0) return;
    const again = groups.filter(({ entry }) => entry !== null && unentered.has(entry));
    const lost = await this.#enter(again, moment, { hinted: false });
    for (const { entry, windows: unlisted } of again) {
      const loss = entry === null ? undefined : lost.get(entry);
      if (loss === undefined) continue;
      for (const { writes } of unlisted.values()) {
        // Stored, but until the next write, `list` does not show it and `delete` does not delete it.
        const stored = writes.filter((write) => !outcomes.isLost(write));
        outcomes.lost(stored, { ...loss, fate: 'unknown' });
      }
    }
  }

  /** Writes many names: first their directory entries, then the data within partitions, then the hints. */
  async #writeInTurn(groups: readonly Group<T>[], moment: Moment, outcomes: WriteOutcomes): Promise<void> {
    const unentered = await this.#enter(groups, moment, { hinted: false });
    const entered: WindowWrites<T>[] = [];
    for (const { entry, windows } of groups) {
      const loss = entry === null ? undefined : unentered.get(entry);
      for (const window of windows.values()) {
        if (loss === undefined) entered.push(window);
        // No data was sent.
        else outcomes.lost(window.writes, { ...loss, fate: 'failed' });
      }
    }
    await this.#send(entered, moment, outcomes, { spread: this.#parts.form.counter });
    const stored: Entry[] = [];
    for (const { entry, windows } of groups) {
      if (entry === null || unentered.has(entry)) continue;
      const hint = this.#grouping.hintOf(windows, (write) => !outcomes.isLost(write));
      if (hint !== null) stored.push({ ...entry, hint });
    }
    await this.#parts.directory.hint(stored, moment);
  }

  async #enter(
    groups: readonly Group<T>[],
    moment: Moment,
    options: { readonly hinted: boolean },
  ): Promise<ReadonlyMap<Entry, Loss>> {
    const entries = groups.flatMap(({ entry }) => (entry === null ? [] : [entry]));
    return entries.length === 0 ? new Map() : this.#parts.directory.enter(entries, moment, options);
  }

  /** Sends batches within partitions; with `spread`, combines several small ones. */
  async #send(
    windows: readonly WindowWrites<T>[],
    moment: Moment,
    outcomes: WriteOutcomes,
    { spread = false } = {},
  ): Promise<void> {
    const chunks = chunksOf(windows, (write, window) => this.#statementsOf(write, window, moment));
    const batches = spread ? spreadOver(chunks) : alone(chunks);
    await forEachAtOnce(batches, CHUNKS_AT_ONCE, (batch) => this.#sendBatch(batch, moment, outcomes));
  }

  async #sendBatch(batch: readonly Chunk<T>[], moment: Moment, outcomes: WriteOutcomes): Promise<void> {
    const { session, form } = this.#parts;
    const { begun, timestamp } = moment;
    const statements = batch.flatMap((chunk) => chunk.statements);
    const spread = batch.length > 1;
    const loss = await session.tryWrite(
      statements,
      form.counter ? { counter: true, spread, begun } : { timestamp, begun },
    );
    // The server may be configured to allow less than the default.
    if (spread && loss?.fate === 'failed' && isTooLarge(loss.error)) {
      await Promise.all(batch.map((chunk) => this.#sendBatch([chunk], moment, outcomes)));
      return;
    }
    for (const { writes, cut } of batch) {
      if (loss !== undefined) outcomes.lost(writes, loss);
      else if (cut) outcomes.stored(writes);
    }
  }

  /** Removes the hints of names whose data was not stored, so that `list` does not show them. */
  async #takeBackHints(
    groups: readonly Group<T>[],
    { begun }: Moment,
    outcomes: WriteOutcomes,
  ): Promise<void> {
    const hinted = groups.filter(
      ({ entry, windows }) =>
        entry !== null &&
        [...windows.values()].some(({ writes }) => writes.some((write) => outcomes.isLost(write))),
    );
    await forEachAtOnce(hinted, CHUNKS_AT_ONCE, ({ name, interval }) =>
      // Best effort: it may fail for the same reason, and the failures are reported already.
      this.#parts.directory.dropHints(name, [interval], begun).catch(() => undefined),
    );
  }

  *#statementsOf(write: BucketWrite<T>, window: number, moment: Moment): Generator<Statement> {
    const { form } = this.#parts;
    const { name, interval, bucket, resolution } = write;
    const { integer } = moment;
    const key = [name, interval, integer(window), integer(bucket), integer(resolution)];
    const ttl = form.counter ? 0 : ttlOf(write.expiresAt);
    for (const row of form.rowsOf(write.data, moment)) {
      yield { query: this.#statementOf(row), params: form.bind(key, row, ttl) };
    }
  }

  #statementOf(row: readonly unknown[]): string {
    const { form, layout } = this.#parts;
    const known = this.#statements.get(row.length);
    if (known !== undefined) return known;
    const statement = form.write(layout.data.qualified, row);
    this.#statements.set(row.length, statement);
    return statement;
  }
}

function isTooLarge(error: unknown): boolean {
  return codeOf(error) === INVALID && isError(error) && error.message.includes('too large');
}
