import { type BucketWrite, elapsed } from '@kairos/core';
import { isDigested } from '../key.js';
import type { InWindow } from './by-window.js';

/** Number of places to remember. Long names are not remembered. */
const MOST_PLACES = 100_000;

/** Below this number, new rows are treated like others. */
const FEWEST_ROWS = 256;

/** Pause after a wrong guess, in milliseconds. It doubles each time, up to an hour. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

type Place = Pick<BucketWrite, 'bucket' | 'resolution'>;

/**
 * Guesses in which intervals a write has new rows only: later ones than all that this process has stored for their
 * names. Some servers insert rows in half the time if they need not look for them. If such a row exists after all,
 * because something else has stored it, the server refuses the insert, and the guesses pause.
 */
export class NewRows {
  /** By interval and name. */
  readonly #last = new Map<string, Map<string, Place>>();
  #size = 0;
  #pause = FIRST_PAUSE;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  /** The intervals of a write that probably have new rows only, and enough of them. */
  intervalsIn(windows: readonly InWindow[]): ReadonlySet<string> {
    const found = new Set<string>();
    if (elapsed() < this.#pausedUntil) return found;
    const rows = new Map<string, number>();
    for (const { interval, parts } of windows) {
      const last = this.#last.get(interval);
      for (const { name, writes } of parts) {
        const [first] = writes;
        const isNew = first !== undefined && isAfter(first, last?.get(name));
        rows.set(interval, isNew ? (rows.get(interval) ?? 0) + writes.length : Number.NaN);
      }
    }
    let [runs, wasNew] = [0, false];
    for (const [interval, number] of rows) {
      const areNew = number >= FEWEST_ROWS;
      if (areNew) found.add(interval);
      if (runs === 0 || areNew !== wasNew) runs++;
      wasNew = areNew;
    }
    // One statement inserts two runs of rows in the order of their keys.
    return runs > 2 ? new Set() : found;
  }

  /** Call this once the rows are stored. */
  stored(windows: readonly InWindow[]): void {
    for (const { interval, parts } of windows) {
      const last = this.#last.get(interval) ?? new Map<string, Place>();
      this.#last.set(interval, last);
      for (const { name, writes } of parts) {
        const write = writes.at(-1);
        if (write === undefined || isDigested(name)) continue;
        const before = last.get(name);
        if (before === undefined) this.#size++;
        else if (!isAfter(write, before)) continue;
        last.set(name, { bucket: write.bucket, resolution: write.resolution });
      }
    }
    if (this.#size <= MOST_PLACES) return;
    this.#last.clear();
    this.#size = 0;
    this.pause();
  }

  /** Stops guessing for a while. */
  pause(): void {
    this.#pausedUntil = elapsed() + this.#pause;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}

/** Whether a place comes after another. None comes after an unknown one. */
function isAfter({ bucket, resolution }: Place, other: Place | undefined): boolean {
  if (other === undefined) return false;
  return bucket > other.bucket || (bucket === other.bucket && resolution > other.resolution);
}
