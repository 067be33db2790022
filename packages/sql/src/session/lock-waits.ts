import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../dialect/sqlite.js';

/**
 * Pauses between attempts, in milliseconds. They are shorter for a call that has waited long, so that none
 * starves.
 */
const PAUSE = 10;
const LATE_PAUSE = 4;
const LATE = 1000;

/** How long waiting calls may run in a row before other work gets the event loop, in milliseconds. */
const SLICE = 10;

/**
 * Waits for locks of a SQLite file without blocking the event loop. If the file is locked, it retries after a
 * pause, until `patience` milliseconds are over. With 0, the first attempt decides.
 */
export class LockWaits {
  readonly #patience: number;
  readonly #waiting: ((now: number) => boolean)[] = [];

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Runs work at once, or after all waiting work. */
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

  /** Runs work without queueing behind waiting work. */
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
