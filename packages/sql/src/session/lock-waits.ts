import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../dialect/sqlite.js';

/** Pauses between two attempts, in milliseconds; who has waited long asks more often, so that nobody starves. */
const PAUSE = 10;
const LATE_PAUSE = 4;
const LATE = 1000;

/** How long the work that has waited may take before the event loop comes to others, in milliseconds. */
const SLICE = 10;

/**
 * Waits for locks of a SQLite file without blocking the event loop. Work that finds the file locked is retried after a
 * pause, for a number of milliseconds; with 0, the first attempt decides.
 */
export class LockWaits {
  readonly #patience: number;
  readonly #waiting: ((now: number) => boolean)[] = [];

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Does work at once, or after all that waits already. */
  async inOrder<R>(work: () => R): Promise<R> {
    if (this.#waiting.length === 0) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || this.#patience === 0) throw error;
      }
    }
    const started = performance.now();
    return new Promise((resolve, reject) => {
      this.#waiting.push((now) => {
        try {
          resolve(work());
        } catch (error) {
          if (isBusy(error) && now - started < this.#patience) return false;
          reject(error);
        }
        return true;
      });
      if (this.#waiting.length === 1) void this.#serve(started);
    });
  }

  /** Does work beside what waits. */
  async beside<R>(work: () => R | Promise<R>): Promise<R> {
    const started = performance.now();
    for (;;) {
      const now = performance.now();
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || now - started >= this.#patience) throw error;
      }
      await pause(now - started);
    }
  }

  async #serve(since: number): Promise<void> {
    let waitedSince = since;
    await pause(0);
    let resumed = performance.now();
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const now = performance.now();
      if (next(now)) {
        this.#waiting.shift();
        waitedSince = now;
        if (performance.now() - resumed < SLICE) continue;
        await breathe();
      } else {
        await pause(now - waitedSince);
      }
      resumed = performance.now();
    }
  }
}

function pause(waited: number): Promise<void> {
  return sleep(Math.random() * (waited < LATE ? PAUSE : LATE_PAUSE));
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}
