import type { BucketWrite, Loss, WriteFailure } from '../adapter.js';
import type { TimeseriesType } from '../types/data-type.js';

/**
 * Keeps track of writes that go out in several requests, some of them in parts. A write of which one part is stored and
 * another is not is `unknown`: it must not be repeated as it is. A write that you report nothing about counts as
 * stored, so also report what was never sent, as `failed`.
 *
 * @example
 * ```ts
 * const outcomes = new WriteOutcomes();
 * for (const { request, writes: sent } of requestsOf(writes)) {
 *   const loss = await send(request);
 *   if (loss === undefined) outcomes.stored(sent);
 *   else outcomes.lost(sent, loss);
 * }
 * return outcomes.failuresOf(writes);
 * ```
 */
export class WriteOutcomes {
  readonly #stored = new Set<BucketWrite>();
  readonly #losses = new Map<BucketWrite, Loss>();

  /** Reports that a part of each write is stored. Not needed for writes that are sent whole. */
  stored(writes: Iterable<BucketWrite>): void {
    for (const write of writes) this.#stored.add(write);
  }

  /** Reports that a part of each write is lost. The error of the first lost part is kept. */
  lost(writes: Iterable<BucketWrite>, { fate, error }: Loss): void {
    for (const write of writes) {
      const before = this.#losses.get(write);
      if (before === undefined) this.#losses.set(write, { fate, error });
      else if (fate === 'unknown') this.#losses.set(write, { fate, error: before.error });
    }
  }

  /** Whether a part of the write is known to be stored or lost. */
  has(write: BucketWrite): boolean {
    return this.#stored.has(write) || this.isLost(write);
  }

  /** Whether a part of the write is lost. */
  isLost(write: BucketWrite): boolean {
    return this.#losses.has(write);
  }

  /** The result of an adapter's `write`. */
  failuresOf<T extends TimeseriesType>(writes: readonly BucketWrite<T>[]): WriteFailure<T>[] {
    const failures: WriteFailure<T>[] = [];
    if (this.#losses.size === 0) return failures;
    for (const write of writes) {
      const loss = this.#losses.get(write);
      if (loss === undefined) continue;
      failures.push({ write, error: loss.error, fate: this.#stored.has(write) ? 'unknown' : loss.fate });
    }
    return failures;
  }
}
