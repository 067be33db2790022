import { elapsed, StorageError } from '@kairos/core';

/** The times of a lock, in milliseconds. */
export interface LockTimes {
  /** A holder that died lets go after so long; a whole number of seconds. */
  readonly hold: number;
  /** A holder stops working so long before that: its last request may be under way for a while. */
  readonly margin: number;
  /** Others get their turn after so long, where work keeps waiting in this process. */
  readonly turn: number;
  /** How long others are given to take their turn; they look more often than that. */
  readonly pause: number;
  /** The lock is given up where it could not be had for so long. */
  readonly patience: number;
}

/** What work that runs alone has of that. */
export interface Hold {
  /** Throws where another process may be holding the lock by now. */
  check(): void;
}

export interface TurnParts {
  /** When the request was sent that took the lock. */
  readonly asked: number;
  /** Whether the lock was still held, and is from now on for as long again. */
  readonly renew: () => Promise<boolean>;
  readonly release: () => Promise<unknown>;
}

/** The lock as one process holds it, until it lets go. */
export class Turn implements Hold {
  readonly #series: string;
  readonly #times: LockTimes;
  readonly #began: number;
  readonly #release: () => Promise<unknown>;
  readonly #renewal: NodeJS.Timeout;
  /** When it was last surely held: before the request was sent that took or renewed it. */
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
      // It may have been renewed or not; the next time tells.
    }
  }

  check(): void {
    if (this.#isHeld()) return;
    throw new StorageError(
      `The lock on ${this.#series} could not be renewed in time, so another process may be deleting by now; expected it to be renewed every ${this.#times.hold / 4000} s: delete again what is left`,
    );
  }

  #isHeld(): boolean {
    return !this.#lost && elapsed() - this.#held < this.#times.hold - this.#times.margin;
  }

  /** Whether it is for others to have theirs. */
  isOver(): boolean {
    return !this.#isHeld() || elapsed() - this.#began > this.#times.turn;
  }

  /** Lets go; where that fails, the lock is let go by itself in time. */
  async end(): Promise<void> {
    clearInterval(this.#renewal);
    await this.#release().catch(() => undefined);
  }
}
