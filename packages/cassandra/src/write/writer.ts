import {
  type BucketWrite,
  describeValue,
  forEachAtOnce,
  isBytes,
  isError,
  type Loss,
  type TimeseriesType,
  type Windows,
  type WriteFailure,
  WriteOutcomes,
} from '@kairos/core';
import type { Directory, Entry } from '../directory/directory.js';
import type { Layout } from '../layout.js';
import { inexactAmount } from '../rows/counters.js';
import type { RowContext, RowForm } from '../rows/row-form.js';
import { codeOf } from '../session/fate.js';
import type { Session, Statement } from '../session/session.js';
import { arrivalOf, microseconds } from './clock.js';
import { type Group, Grouping, type Partition } from './groups.js';
import { ttlOf } from './ttl.js';

/** A batch over partitions may have 50 KiB where the server is not told otherwise; some is left for its overhead. */
const ATOMIC_BYTES = 40 * 1024;
const ATOMIC_STATEMENTS = 1000;

/** A batch within a partition. */
const BATCH_BYTES = 64 * 1024;
const BATCH_STATEMENTS = 100;

/**
 * A batch of counters of several partitions, which saves requests and nothing else: each counts as if it were sent by
 * itself. The server warns where it has more than ten of them, or more than 5 KiB.
 */
const SPREAD_PARTITIONS = 10;
const SPREAD_BYTES = 4 * 1024;

/** About what a statement has beside the bytes of its name and values. */
const STATEMENT_BYTES = 60;

const CHUNKS_AT_ONCE = 128;

/** How much of a name surely fits into an atomic batch, with the rest of its rows and what enters the name. */
export const ATOMIC_SIZE = { values: 200, bytes: 6000 } as const;

/** When a call of `write` began, and what its rows need of that. */
interface Moment extends RowContext {
  readonly timestamp: number;
  /** The same by `performance.now`. */
  readonly begun: number;
}

/** Statements that go together, with the writes that they are of. */
interface Chunk<T extends TimeseriesType> {
  readonly statements: Statement[];
  readonly writes: Set<BucketWrite<T>>;
  bytes: number;
  /** Whether it has a part of a write, the rest of which is in another. */
  cut: boolean;
}

export interface WriterParts<T extends TimeseriesType> {
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly directory: Directory;
  readonly partitions: (interval: string) => Windows;
}

/**
 * Turns bucket writes into statements: an atomic batch for each name where that can be, else batches within partitions,
 * of which small ones of counters go together.
 */
export class Writer<T extends TimeseriesType> {
  readonly #parts: WriterParts<T>;
  readonly #grouping: Grouping<T>;
  readonly #statement: string;

  constructor(parts: WriterParts<T>) {
    this.#parts = parts;
    this.#grouping = new Grouping({ ...parts, expires: !parts.form.counter });
    this.#statement = parts.form.write(parts.layout.data.qualified);
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    if (!this.#parts.form.counter) return this.#write(writes);
    // Amounts that are exact each may add up to one that is not. No part of a name is sent then.
    const refused = new Map<string, WriteFailure<T>>();
    for (const write of writes) {
      const amount = inexactAmount(write.data);
      if (amount !== undefined && !refused.has(write.name)) {
        const error = new RangeError(
          `What is added to ${describeValue(write.name)} in the bucket ${write.bucket} of ${describeValue(write.interval)} comes to ${amount}; expected less than 2^53 in one call`,
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
   * All writes of a name in one request that is applied whole or not at all; `null` where that cannot be, since there
   * is too much of them.
   */
  async #writeAtOnce(groups: readonly Group<T>[], moment: Moment): Promise<WriteFailure<T>[] | null> {
    const { session, directory } = this.#parts;
    const chunk: Chunk<T> = emptyChunk();
    const entries: Entry[] = [];
    let partitions = 0;
    for (const group of groups) {
      partitions += group.partitions.size;
      for (const { writes, window } of group.partitions.values()) {
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
    const logged = partitions + entries.length > 1;
    const { timestamp, begun } = moment;
    const loss = await session.tryWrite(chunk.statements, { timestamp, begun }, logged);
    if (loss === undefined) {
      for (const entry of entries) directory.remember(entry);
      return [];
    }
    // The server may allow less than it does by default.
    if (logged && loss.fate === 'failed' && isTooLarge(loss.error)) return null;
    return [...chunk.writes].map((write) => ({ write, ...loss }));
  }

  /** One name in one round trip: what enters it goes along, where it cannot be in one batch with the data. */
  async #writeTogether(groups: readonly Group<T>[], moment: Moment, outcomes: WriteOutcomes): Promise<void> {
    const partitions = groups.flatMap((group) => [...group.partitions.values()]);
    const [unentered] = await Promise.all([
      this.#enter(groups, moment, { hinted: true }),
      this.#send(partitions, moment, outcomes),
    ]);
    await this.#takeBackHints(groups, moment, outcomes);
    if (unentered.size === 0) return;
    const again = groups.filter(({ entry }) => entry !== null && unentered.has(entry));
    const lost = await this.#enter(again, moment, { hinted: false });
    for (const { entry, partitions: unlisted } of again) {
      const loss = entry === null ? undefined : lost.get(entry);
      if (loss === undefined) continue;
      for (const { writes } of unlisted.values()) {
        // Stored, but neither listed nor deleted with its name until it is written to again.
        const stored = writes.filter((write) => !outcomes.isLost(write));
        outcomes.lost(stored, { ...loss, fate: 'unknown' });
      }
    }
  }

  /** Many names in batches within partitions, once the names are entered; hints at the data come after it. */
  async #writeInTurn(groups: readonly Group<T>[], moment: Moment, outcomes: WriteOutcomes): Promise<void> {
    const unentered = await this.#enter(groups, moment, { hinted: false });
    const entered: Partition<T>[] = [];
    for (const { entry, partitions } of groups) {
      const loss = entry === null ? undefined : unentered.get(entry);
      for (const partition of partitions.values()) {
        if (loss === undefined) entered.push(partition);
        // Nothing of the data was sent.
        else outcomes.lost(partition.writes, { ...loss, fate: 'failed' });
      }
    }
    await this.#send(entered, moment, outcomes, { spread: this.#parts.form.counter });
    const stored: Entry[] = [];
    for (const { entry, partitions } of groups) {
      if (entry === null || unentered.has(entry)) continue;
      const hint = this.#grouping.hintOf(partitions, (write) => !outcomes.isLost(write));
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

  /** Sends batches within partitions, or where they may be `spread`, several of them as one. */
  async #send(
    partitions: readonly Partition<T>[],
    moment: Moment,
    outcomes: WriteOutcomes,
    { spread = false } = {},
  ): Promise<void> {
    const chunks = this.#chunksOf(partitions, moment);
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
    // The server may allow less than it does by default.
    if (spread && loss?.fate === 'failed' && isTooLarge(loss.error)) {
      await Promise.all(batch.map((chunk) => this.#sendBatch([chunk], moment, outcomes)));
      return;
    }
    for (const { writes, cut } of batch) {
      if (loss !== undefined) outcomes.lost(writes, loss);
      else if (cut) outcomes.stored(writes);
    }
  }

  /** A name that was entered beside data that was not stored is not to be listed for that. */
  async #takeBackHints(
    groups: readonly Group<T>[],
    { begun }: Moment,
    outcomes: WriteOutcomes,
  ): Promise<void> {
    const hinted = groups.filter(
      ({ entry, partitions }) =>
        entry !== null &&
        [...partitions.values()].some(({ writes }) => writes.some((write) => outcomes.isLost(write))),
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
      yield { query: this.#statement, params: form.bind(key, row, ttl) };
    }
  }

  /** Batches of each partition, made as they are asked for. */
  *#chunksOf(partitions: Iterable<Partition<T>>, moment: Moment): Generator<Chunk<T>> {
    for (const { window, writes } of partitions) {
      let chunk: Chunk<T> = emptyChunk();
      for (const write of writes) {
        for (const statement of this.#statementsOf(write, window, moment)) {
          if (chunk.statements.length >= BATCH_STATEMENTS || chunk.bytes >= BATCH_BYTES) {
            const cut = chunk.writes.has(write);
            chunk.cut ||= cut;
            yield chunk;
            chunk = emptyChunk(cut);
          }
          add(chunk, write, statement);
        }
      }
      if (chunk.statements.length > 0) yield chunk;
    }
  }
}

/** The groups of each name, which come together. */
function* byName<T extends TimeseriesType>(groups: readonly Group<T>[]): Generator<Group<T>[]> {
  let named: Group<T>[] = [];
  for (const group of groups) {
    if (named.length > 0 && named[0]?.name !== group.name) {
      yield named;
      named = [];
    }
    named.push(group);
  }
  if (named.length > 0) yield named;
}

function* alone<C>(chunks: Iterable<C>): Generator<readonly C[]> {
  for (const chunk of chunks) yield [chunk];
}

/** Puts small chunks together. */
function* spreadOver<T extends TimeseriesType>(chunks: Iterable<Chunk<T>>): Generator<readonly Chunk<T>[]> {
  let batch: Chunk<T>[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (batch.length === SPREAD_PARTITIONS || bytes + chunk.bytes > SPREAD_BYTES) {
      if (batch.length > 0) yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(chunk);
    bytes += chunk.bytes;
  }
  if (batch.length > 0) yield batch;
}

function emptyChunk<T extends TimeseriesType>(cut = false): Chunk<T> {
  return { statements: [], writes: new Set(), bytes: 0, cut };
}

function add<T extends TimeseriesType>(chunk: Chunk<T>, write: BucketWrite<T>, statement: Statement): void {
  chunk.statements.push(statement);
  chunk.writes.add(write);
  chunk.bytes += STATEMENT_BYTES;
  for (const param of statement.params) {
    if (typeof param === 'string') chunk.bytes += Buffer.byteLength(param);
    else if (isBytes(param)) chunk.bytes += param.length;
  }
}

function isTooLarge(error: unknown): boolean {
  return codeOf(error) === 0x2200 && isError(error) && error.message.includes('too large');
}
