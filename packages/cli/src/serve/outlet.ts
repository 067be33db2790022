import { setTimeout as sleep } from 'node:timers/promises';
import { BulkInsertError, type BulkInserts, InvalidValueError, KairosError, type Value } from '@kairos/core';
import { Batch } from './batch.js';
import { emptyTally, type Tally } from './tally.js';

/** The timeseries that an outlet writes to. */
export interface Sink {
  /** Whether the order of values matters. */
  readonly ordered: boolean;
  /** Whether storing a value twice has the same effect as storing it once. */
  readonly idempotent: boolean;
  bulkInsert(inserts: BulkInserts<Value>): Promise<unknown>;
  /** Rejects if the store does not answer. */
  probe(name: string): Promise<unknown>;
}

/** Callbacks that report the fate of lines. */
export interface OutletEvents {
  /** Lines have left the queue, or the store has become unreachable or come back. */
  settled(): void;
  /** The store did not take some lines. They will be sent again. */
  failed(error: Error, waiting: number): void;
  /** The store accepts lines again. */
  recovered(waiting: number): void;
  /** The store refuses some lines. They are discarded. */
  refused(error: Error, lines: number): void;
  unknown(error: Error, lines: number): void;
}

/** Maximum number of lines per bulk insert. */
const MOST_LINES = 10_000;
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;

interface Outcome {
  /** The lines to send again. */
  readonly failed: Batch | null;
  /** Number of lines that were stored, and of lines that may or may not have been. */
  readonly stored: number;
  readonly unknown: number;
  /** Whether the store accepted anything. */
  readonly took: boolean;
  readonly error: Error | undefined;
}

/**
 * A queue of lines. It writes them in the order of arrival, one bulk insert after the other. Lines that were
 * certainly not stored are sent again before later ones.
 */
export class Outlet {
  readonly tally: Tally = emptyTally();
  readonly #sink: Sink;
  readonly #events: OutletEvents;
  #queue: Batch[] = [];
  #running: Promise<void> | undefined;
  #away: Error | undefined;
  #delay = FIRST_DELAY;
  readonly #closing = new AbortController();
  /** A batch that an answering store refused. It waits while the next batch is tried. */
  #suspect: Batch | undefined;

  constructor(sink: Sink, events: OutletEvents) {
    this.#sink = sink;
    this.#events = events;
  }

  /** The error if the store accepts nothing, otherwise `undefined`. */
  get away(): Error | undefined {
    return this.#away;
  }

  /** Accepts the value of a line, which may stand for several measurements. */
  add(second: number, name: string, value: Value, occurrences = 1): void {
    this.tally.waiting++;
    const last = this.#queue.at(-1);
    if (last === undefined || last.lines >= MOST_LINES || !put(last, second, name, value, occurrences)) {
      const batch = new Batch(this.#sink.ordered);
      put(batch, second, name, value, occurrences);
      this.#queue.push(batch);
    }
    this.#running ??= this.#run();
  }

  /**
   * Resolves when the queue is empty, or when the signal aborts. On abort, queued lines are dropped; those in
   * flight still count as waiting.
   */
  async drain(signal: AbortSignal): Promise<void> {
    const givenUp = new Promise<void>((resolve) => {
      const giveUp = () => {
        this.#closing.abort();
        this.#dropAll();
        resolve();
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
    });
    this.#delay = FIRST_DELAY;
    await Promise.race([this.#running, givenUp]);
  }

  async #run(): Promise<void> {
    await this.#gather();
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      await this.#settle(await this.#write(batch));
      if (this.#closing.signal.aborted) this.#dropAll();
      this.#events.settled();
      await this.#gather();
    }
    this.#running = undefined;
  }

  /**
   * Lets a batch grow while each turn of the event loop brings lines. Otherwise a store that works in this
   * thread, such as SQLite, would get a small batch every turn.
   */
  async #gather(): Promise<void> {
    for (let before = 0; this.tally.waiting > before && this.#isFilling; ) {
      before = this.tally.waiting;
      await turn();
    }
  }

  /** Whether the only batch to send has room left. */
  get #isFilling(): boolean {
    const [batch, ...others] = this.#queue;
    return batch !== undefined && others.length === 0 && batch.lines < MOST_LINES;
  }

  #next(): Batch | undefined {
    const batch = this.#queue.shift() ?? this.#suspect;
    if (batch === this.#suspect) this.#suspect = undefined;
    return batch;
  }

  async #settle({ failed, stored, unknown, took, error }: Outcome): Promise<void> {
    this.#account({ stored, unknown, error });
    if (failed !== null && error !== undefined) {
      if (isRefusal(error)) this.#isolate(failed, error);
      // The store is reachable. Smaller parts show which lines it does not take.
      else if (took) this.#queue.unshift(...partsOf(failed));
      else await this.#wait(failed, error);
    }
    if (took) {
      this.#takes();
      await this.#retrySuspect();
    }
  }

  #account({ stored, unknown, error }: Pick<Outcome, 'stored' | 'unknown' | 'error'>): void {
    this.#count('stored', stored);
    this.#count('unknown', unknown);
    if (unknown > 0 && error !== undefined) this.#events.unknown(error, unknown);
  }

  #isolate(failed: Batch, error: Error): void {
    if (failed.size === 1) this.#refuse(failed, error);
    else this.#queue.unshift(...failed.halves());
  }

  /** Never rejects. */
  async #write(batch: Batch): Promise<Outcome> {
    try {
      await this.#sink.bulkInsert(batch.inserts);
      return { failed: null, stored: batch.lines, unknown: 0, took: true, error: undefined };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      // Any other error occurs before anything is written.
      if (!(error instanceof BulkInsertError)) {
        return { failed: batch, stored: 0, unknown: 0, took: false, error };
      }
      const { idempotent } = this.#sink;
      const untold = batch.part(error.unknown);
      const failed = idempotent ? batch.part(error.failed, error.unknown) : batch.part(error.failed);
      const unknown = idempotent ? 0 : untold.lines;
      const took = batch.size > failed.size + (idempotent ? 0 : untold.size);
      const stored = batch.lines - failed.lines - unknown;
      return { failed: failed.size === 0 ? null : failed, stored, unknown, took, error };
    }
  }

  /** Waits before a retry, longer each time. */
  async #wait(failed: Batch, error: Error): Promise<void> {
    const answers = await this.#answers(failed);
    const before = this.#suspect;
    this.#suspect = undefined;
    if (answers && failed.size === 1 && before === undefined && this.#queue.length > 0) {
      // The store may refuse only this batch, or everything. The next batch tells.
      this.#suspect = failed;
      return;
    }
    this.#queue.unshift(...(answers ? partsOf(failed) : [failed]));
    if (before !== undefined) this.#queue.unshift(before);
    this.#away = error;
    this.#events.failed(error, this.tally.waiting);
    this.#events.settled();
    const { signal } = this.#closing;
    await sleep(this.#delay, undefined, { signal }).catch(() => undefined);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  async #answers(batch: Batch): Promise<boolean> {
    for (const { name } of batch.entries()) {
      return this.#sink.probe(name).then(
        () => true,
        () => false,
      );
    }
    return false;
  }

  /** Notes that the store accepted something. */
  #takes(): void {
    this.#delay = FIRST_DELAY;
    if (this.#away === undefined) return;
    this.#away = undefined;
    this.#events.recovered(this.tally.waiting);
  }

  /** Retries the refused batch after a later one was stored. */
  async #retrySuspect(): Promise<void> {
    const suspect = this.#suspect;
    if (suspect === undefined) return;
    this.#suspect = undefined;
    const { failed, error, ...others } = await this.#write(suspect);
    this.#account({ ...others, error });
    if (failed === null || error === undefined) return;
    if (await this.#answers(failed)) this.#refuse(failed, error);
    else this.#queue.unshift(failed);
  }

  #refuse({ lines }: Batch, error: Error): void {
    this.#count('refused', lines);
    this.#events.refused(error, lines);
  }

  #dropAll(): void {
    const left = this.#suspect === undefined ? this.#queue : [this.#suspect, ...this.#queue];
    this.#queue = [];
    this.#suspect = undefined;
    for (const { lines } of left) this.#count('dropped', lines);
  }

  #count(what: 'stored' | 'dropped' | 'refused' | 'unknown', lines: number): void {
    this.tally[what] += lines;
    this.tally.waiting -= lines;
  }
}

/** Resolves in the next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function put(batch: Batch, second: number, name: string, value: Value, occurrences: number): boolean {
  if (occurrences === 1) return batch.add(second, name, value);
  return batch.addAll(second, name, Array<Value>(occurrences).fill(value), 1);
}

function partsOf(batch: Batch): Batch[] {
  return batch.size > 1 ? batch.halves() : [batch];
}

/** Whether an error says that a value, a name or a timestamp can never be stored. Nothing was sent then. */
function isRefusal(error: Error): boolean {
  return error instanceof KairosError && error.code === InvalidValueError.code;
}
