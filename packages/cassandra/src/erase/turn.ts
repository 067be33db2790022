import { elapsed, StorageError } from '@kairos/core';

/** The times of a lock, in milliseconds. */
export interface LockTimes {
  /** The lock of a process that died is released after this time, a whole number of seconds. */
  readonly hold: number;
  /** A holder stops working this long before that, because its last request may take a while. */
  readonly margin: number;
  /** If work keeps coming in this process, others get their turn after this time. */
  readonly turn: number;
  /** How long this process leaves the lock to others, who try more often than that. */
  readonly pause: number;
  /** How long to try to get the lock. */
  readonly patience: number;
}

/** The lock, as seen by the work that runs under it. */
export interface Hold {
  /** Throws if another process may hold the lock by now. */
  check(): void;
}

export interface TurnParts {
  /** When the request that took the lock was sent. */
  readonly asked: number;
  /** Extends the lock; resolves to whether it was still held. */
  readonly renew: () => Promise<boolean>;
  readonly release: () => Promise<unknown>;
}

/** The lock while one process holds it. */
export class Turn implements Hold {
  readonly #series: string;
  readonly #times: LockTimes;
  readonly #began: number;
  readonly #release: () => Promise<unknown>;
  readonly #renewal: NodeJS.Timeout;
  /** When the last request that took or renewed the lock was sent; the process held it then for certain. */
  #held: number;
  #lost = false;

  constructor(series: string, times: LockTimes, { asked, renew, release }: TurnParts) {
    this.#series = series;
    this.#times = times;
    this.#began = asked;
    this.#held = asked;
    this.#release = release;
    this.#renewal = setInterval(() => void this.#renew(renew), times.hold / 4);
    this.#renewal.unref();
  }

  async #renew(renew: () => Promise<boolean>): Promise<void> {
    const asked = elapsed();
    try {
      if (await renew()) this.#held = Math.max(this.#held, asked);
      else this.#lost = true;
    } catch {
      // The renewal may have succeeded or not; the next one tells.
    }
  }

  check(): void {
    if (this.#isHeld()) return;
    throw new StorageError(
      `The lock on ${this.#series} could not be renewed in time, so another process may be deleting by now; expected it to be renewed every ${this.#times.hold / 4000} s: call delete or expire again`,
    );
  }

  #isHeld(): boolean {
    return !this.#lost && elapsed() - this.#held < this.#times.hold - this.#times.margin;
  }

  /** Whether others should get their turn. */
  isOver(): boolean {
    return !this.#isHeld() || elapsed() - this.#began > this.#times.turn;
  }

  /** Releases the lock. If that fails, the lock expires by itself. */
  async end(): Promise<void> {
    clearInterval(this.#renewal);
    await this.#release().catch(() => undefined);
  }
}
