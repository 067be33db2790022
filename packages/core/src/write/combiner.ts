import { Batch, type Waiting } from './batch.js';
import { Resending, type ResendingParts } from './resending.js';
import type { WriteCall } from './write-call.js';

/** Callers whose write has ended make their next call within this many microtasks. */
const TICKS_OF_CALLERS = 6;

/**
 * Combines the calls of one turn of the event loop into one write, and calls that arrive during a write into the next.
 * Writes go out one at a time, in the order of the calls. Each call gets the result it would have got alone.
 */
export class Combiner {
  readonly #parts: ResendingParts;
  #queue: (Waiting | (() => void))[] = [];
  #running = false;

  constructor(parts: ResendingParts) {
    this.#parts = parts;
  }

  /** Resolves when every bucket of the call is acknowledged; rejects with the call's own error. */
  write(call: WriteCall): Promise<void> {
    return new Promise((resolve, reject) => this.#push({ call, writes: call.writes, resolve, reject }));
  }

  /** Resolves when all calls so far have settled. */
  async ended(): Promise<void> {
    if (this.#running) await new Promise<void>((resolve) => this.#push(resolve));
  }

  #push(item: Waiting | (() => void)): void {
    this.#queue.push(item);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    await this.#arrivals(1);
    while (this.#queue.length > 0) {
      const batch = this.#take();
      if (batch === null) continue;
      await this.#send(batch);
      if (this.#queue.length > 0) await this.#arrivals(TICKS_OF_CALLERS);
    }
    this.#running = false;
  }

  /** Waits as long as microtasks bring more calls. It uses no timer: timers may be fake, or late. */
  async #arrivals(ticks: number): Promise<void> {
    for (let tick = 0, seen = 0; tick < ticks || seen < this.#queue.length; tick++) {
      seen = this.#queue.length;
      await undefined;
    }
  }

  /** Takes as many of the waiting calls as fit into one write; `null` if none is left before a marker of `ended`. */
  #take(): Batch | null {
    const batch = new Batch(this.#parts);
    let count = 0;
    for (const item of this.#queue) {
      if (typeof item === 'function') {
        if (count > 0) break;
        item();
        this.#queue.shift();
        return null;
      }
      if (!batch.add(item)) break;
      count++;
    }
    this.#queue.splice(0, count);
    return batch;
  }

  async #send(batch: Batch): Promise<void> {
    const refused = await batch.send(this.#parts.send);
    if (batch.size === 1) for (const { tell } of refused) tell();
    else if (refused.length > 0) await new Resending(this.#parts).resend(refused);
  }
}
