import type { BucketWrite, TimeseriesType, WriteFailure } from '@kairos/core';
import type { Update } from './updates.js';

type Fate = 'stored' | WriteFailure['fate'];

/** What became of the updates of some writes, and so of the writes. */
export class Outcomes {
  readonly #writes = new Map<BucketWrite, { stored: boolean; unknown: boolean; error: unknown }>();
  readonly #failed = new Set<BucketWrite>();

  add(updates: readonly Update[], fate: Fate, error?: unknown): void {
    for (const { write } of updates) {
      const outcome = this.#writes.get(write) ?? { stored: false, unknown: false, error };
      this.#writes.set(write, outcome);
      if (fate === 'stored') {
        outcome.stored = true;
        continue;
      }
      outcome.unknown ||= fate === 'unknown';
      outcome.error ??= error;
      this.#failed.add(write);
    }
  }

  /** Whether an update of the write is not stored. */
  hasFailed(write: BucketWrite): boolean {
    return this.#failed.has(write);
  }

  /** A write of which some updates are stored, and others not, is `unknown`: it must not be done again as it is. */
  failuresOf<T extends TimeseriesType>(writes: readonly BucketWrite<T>[]): WriteFailure<T>[] {
    const failures: WriteFailure<T>[] = [];
    if (this.#failed.size === 0) return failures;
    for (const write of writes) {
      if (!this.#failed.has(write)) continue;
      const { stored, unknown, error } = this.#writes.get(write) ?? {};
      failures.push({ write, fate: stored || unknown ? 'unknown' : 'failed', error });
    }
    return failures;
  }
}
