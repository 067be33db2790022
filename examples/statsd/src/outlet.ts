import { BulkInsertError, type BulkInserts, KairosError } from '@kairos/core';
import { type Batch, Pending, sizeOf } from './pending.js';

interface Sink<V> {
  bulkInsert(inserts: Batch<V>): Promise<unknown>;
}

/** Where the values of one timeseries wait, and from where they are written. */
export class Outlet<V> {
  readonly pending = new Pending<V>();
  /** Values that the store acknowledged. */
  stored = 0;
  /** Values whose fate the store did not tell: written again they might count twice, so they are not. */
  unknown = 0;
  /** Why the last flush failed; `undefined` where it did not. */
  error: KairosError | undefined;
  readonly #sink: Sink<V>;

  constructor(sink: Sink<V>) {
    this.#sink = sink;
  }

  /** Writes what waits. What was surely not stored waits again. */
  async flush(): Promise<void> {
    const batch = this.pending.take();
    const size = sizeOf(batch);
    if (size === 0) return;
    let failed: Batch<V> = new Map();
    let unknown = 0;
    this.error = undefined;
    try {
      await this.#sink.bulkInsert(batch);
    } catch (error) {
      if (!(error instanceof KairosError)) throw error;
      this.error = error;
      // Any other error comes before something is written.
      failed = error instanceof BulkInsertError ? partOf(batch, error.failed) : batch;
      unknown = error instanceof BulkInsertError ? sizeOf(partOf(batch, error.unknown)) : 0;
      this.pending.putBack(failed);
    }
    this.unknown += unknown;
    this.stored += size - sizeOf(failed) - unknown;
  }
}

/** The values of a batch that an error speaks of. */
function partOf<V>(batch: Batch<V>, inserts: BulkInserts): Batch<V> {
  const part: Batch<V> = new Map();
  for (const [second, named] of batch) {
    const spokenOf = inserts.get(second);
    if (spokenOf === undefined) continue;
    const names = new Set(spokenOf instanceof Map ? spokenOf.keys() : Object.keys(spokenOf));
    part.set(second, new Map([...named].filter(([name]) => names.has(name))));
  }
  return part;
}
