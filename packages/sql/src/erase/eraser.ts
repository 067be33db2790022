import type { Retention } from '@kairos/core';
import { apply } from '../dialect/connection.js';
import type { Directory } from '../directory.js';
import { isDigested } from '../key.js';
import type { Layout } from '../layout.js';
import type { Partitions } from '../partitions.js';
import type { IntervalsRecord } from '../record.js';
import type { RowFormat } from '../rows.js';
import type { Session, Statement, Step } from '../session/session.js';
import type { Parts } from '../spread/parts.js';
import { EraseStatements } from '../statements/erase-statements.js';
import { ALL, type IntervalWindows, type Slice } from '../windows.js';
import { RowEraser } from './row-eraser.js';

export interface EraserParts {
  readonly session: Session;
  readonly layout: Layout;
  readonly format: RowFormat;
  readonly directory: Directory;
  readonly record: IntervalsRecord;
  readonly windows: IntervalWindows;
  readonly partitions: Partitions;
  /** Set if rows are spread over several servers. */
  readonly spread: Parts | null;
  /** Whether Kairos creates and drops partitions. */
  readonly creates: boolean;
}

/**
 * Deletes data and marks the entries of the deleted data. It marks them before, to lock rows in the same
 * order as writers do, and after, because data entered in between may be deleted too.
 */
export class Eraser {
  readonly #parts: EraserParts;
  readonly #statements: EraseStatements;
  readonly #rows: RowEraser;

  constructor(parts: EraserParts) {
    this.#parts = parts;
    this.#statements = new EraseStatements(parts.layout, parts.session);
    this.#rows = new RowEraser(parts.session, this.#statements, parts.directory);
  }

  async deleteName(name: string): Promise<void> {
    const { session, format, directory, partitions, spread } = this.#parts;
    const key = format.key(name);
    const mark = directory.mark(key);
    if (spread !== null) await this.#deleteMostOfName(key, mark);
    const { statement, times } = this.#statements.deleteName();
    const forget = isDigested(name) ? [stepOf(this.#statements.forgetName(), [key])] : [];
    await apply(session, [...forget, mark, stepOf(statement, Array(times).fill(key)), mark]);
    if (!partitions.none) {
      for await (const slice of this.#allSlices()) {
        const range = this.#range(slice);
        const inSlice = [key, format.intervalKey(slice.interval), key, ...range];
        await session.run(this.#statements.deleteNameInSlice(), inSlice);
      }
      await apply(session, [mark]);
    }
    directory.forget(name);
    await directory.clean();
  }

  /** Deletes the existing data of a name. Data written meanwhile may remain. */
  async #deleteMostOfName(key: unknown, mark: Step): Promise<void> {
    const { session, directory } = this.#parts;
    await apply(session, [mark]);
    for (const interval of await directory.intervalsOf(key)) {
      await this.#rows.deleteOfName(key, { interval, buckets: ALL, windows: ALL, of: [] });
    }
  }

  async deleteAll(): Promise<void> {
    const { session, directory, record, partitions, spread } = this.#parts;
    const [names, rows] = [stepOf(this.#statements.deleteAllNames()), stepOf(this.#statements.deleteAll())];
    const mark = directory.mark();
    if (spread !== null) {
      await spread.markAll();
      await spread.deleteAll();
      await spread.deleteNames();
      await apply(session, [names, rows, record.forgetting()]);
      await spread.markAll();
    } else if (partitions.none) {
      await apply(session, [names, mark, rows, mark, record.forgetting()]);
    } else {
      await apply(session, [names, mark, rows, mark]);
      for await (const slice of this.#allSlices()) {
        await session.run(this.#statements.deleteSlice(), this.#range(slice));
      }
      await apply(session, [mark, record.forgetting()]);
    }
    directory.forget();
    await directory.clean();
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    const { format, directory, partitions, creates } = this.#parts;
    if (name === undefined && creates) await partitions.drop(retention);
    const key = name === undefined ? undefined : format.key(name);
    for (const [interval, oldest] of retention) {
      if (oldest !== null) await this.#expireInterval(key, interval, oldest);
    }
    await directory.clean();
  }

  async #expireInterval(name: unknown, interval: string, oldest: number): Promise<void> {
    const { format, directory, windows, partitions } = this.#parts;
    const { edge } = windows.kept(interval, oldest);
    const key = format.intervalKey(interval);
    const slices = await partitions.slices(interval, ALL.first, oldest - 1);
    // Another process may keep this interval for longer. Marks make its `list()` check for data.
    await this.#mark(key, edge, name);
    for (const slice of slices) {
      if (name === undefined) await this.#expireSlice(slice, edge);
      else await this.#expireName(name, slice, edge);
    }
    await this.#mark(key, edge, name);
    if (name === undefined && partitions.has(interval)) await directory.cleanExpired(key, edge);
  }

  async #mark(interval: unknown, edge: number, name: unknown): Promise<void> {
    const { session, directory, spread } = this.#parts;
    if (name === undefined && spread !== null) await spread.mark(interval, edge);
    else await apply(session, [directory.markWindows(interval, edge, name)]);
  }

  async #expireSlice(slice: Slice, edge: number): Promise<void> {
    const { format, windows, partitions, spread } = this.#parts;
    const interval = format.intervalKey(slice.interval);
    if (spread !== null) return spread.delete(interval, edge, slice.last);
    if (partitions.none) {
      return this.#rows.deleteInRanges(interval, edge, slice.last);
    }
    const { first } = windows.rangeOf(slice).windows;
    const expired = { interval, buckets: slice, windows: { first, last: edge }, of: this.#ofSlice(slice) };
    await this.#rows.delete(expired);
  }

  async #expireName(name: unknown, slice: Slice, edge: number): Promise<void> {
    const interval = this.#parts.format.intervalKey(slice.interval);
    const { first, last } = this.#parts.windows.rangeOf(slice).windows;
    const windows = { first, last: Math.min(last, edge) };
    await this.#rows.deleteOfName(name, { interval, buckets: slice, windows, of: this.#ofSlice(slice) });
  }

  async *#allSlices(): AsyncGenerator<Slice> {
    const { partitions } = this.#parts;
    for (const interval of partitions.intervals) yield* await partitions.slices(interval);
  }

  /** The parameters that limit a statement to the partitions of a slice. */
  #ofSlice(slice: Slice): readonly unknown[] {
    return this.#parts.partitions.none ? [] : this.#range(slice);
  }

  #range({ interval, first, last }: Slice): readonly unknown[] {
    return [this.#parts.format.intervalKey(interval), first, last];
  }
}

function stepOf(statement: Statement, parameters: readonly unknown[] = []): Step {
  return { statement, parameters };
}
