import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed, StorageError } from '@kairos/core';
import type { Layout } from '../layout.js';
import { type Conditions, insist } from '../session/conditions.js';
import { Limiter } from '../session/limiter.js';
import { type Hold, type LockTimes, Turn } from './turn.js';

const TIMES: LockTimes = { hold: 120_000, margin: 30_000, turn: 5000, pause: 500, patience: 240_000 };

/**
 * Lets one process at a time delete from a timeseries. Within a process, calls wait in line and share the
 * lock of the first one, so processes compete for it and calls do not.
 */
export class Lock {
  readonly #conditions: Conditions;
  readonly #series: string;
  readonly #table: string;
  readonly #times: LockTimes;
  readonly #queue = new Limiter(1);
  #waiting = 0;
  #turn: Turn | undefined;
  #nextTurn = 0;
  #failure: { readonly at: number; readonly error: unknown } | undefined;

  constructor(conditions: Conditions, { series, records }: Layout, times: LockTimes = TIMES) {
    this.#conditions = conditions;
    this.#series = series;
    this.#table = records.qualified;
    this.#times = times;
  }

  async alone<R>(work: (hold: Hold) => Promise<R>): Promise<R> {
    const asked = elapsed();
    this.#waiting++;
    return this.#queue.run(async () => {
      this.#waiting--;
      const turn = await this.#takeTurn(asked);
      try {
        return await work(turn);
      } finally {
        if (this.#waiting === 0 || turn.isOver()) await this.#endTurn(turn);
      }
    });
  }

  async #takeTurn(asked: number): Promise<Turn> {
    if (this.#turn !== undefined) return this.#turn;
    // Calls that waited meanwhile would fail in the same way, one after another.
    if (this.#failure !== undefined && asked < this.#failure.at) throw this.#failure.error;
    try {
      await sleep(Math.max(0, this.#nextTurn - elapsed()));
      this.#turn = await this.#take();
      return this.#turn;
    } catch (error) {
      this.#failure = { at: elapsed(), error };
      throw error;
    }
  }

  async #take(): Promise<Turn> {
    const holder = randomUUID();
    // A separate row, so that deleting the record does not release the lock. No series has such a name.
    const row = `${this.#series} holder`;
    const ttl = this.#times.hold / 1000;
    const take = `UPDATE ${this.#table} USING TTL ${ttl} SET holder = ? WHERE series = ? IF holder = ?`;
    const drop = `UPDATE ${this.#table} SET holder = null WHERE series = ? IF holder = ?`;
    const { patience } = this.#times;
    const deadline = elapsed() + patience;
    for (;;) {
      const asked = elapsed();
      const { applied, row: found } = await insist(() => this.#conditions.apply(take, [holder, row, null]));
      // An earlier attempt that timed out may have been applied after all.
      if (applied || found.holder === holder) {
        return new Turn(this.#series, this.#times, {
          asked,
          renew: async () => (await this.#conditions.apply(take, [holder, row, holder])).applied,
          release: () => insist(() => this.#conditions.apply(drop, [row, holder])),
        });
      }
      if (elapsed() > deadline) {
        throw new StorageError(
          `Other processes have been deleting from ${this.#series} for more than ${patience / 1000} s; expected them to finish by then`,
        );
      }
      await sleep(20 + Math.random() * 80);
    }
  }

  async #endTurn(turn: Turn): Promise<void> {
    this.#turn = undefined;
    await turn.end();
    if (this.#waiting > 0) this.#nextTurn = elapsed() + this.#times.pause;
  }
}
