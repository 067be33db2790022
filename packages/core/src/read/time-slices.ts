import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

// Taken before a test can install fake timers: a read must not wait until a test advances the clock.
const now = performance.now.bind(performance);
const soon = setImmediate;

/** How long a read works before it yields to the event loop. */
const SLICE_MILLISECONDS = 8;

/** Number of steps between two looks at the clock. */
const STEPS = 16;

/**
 * Cuts long work into slices and lets the event loop run in between. Work that ends within its first slice never waits.
 *
 * @example
 * ```ts
 * const slices = new TimeSlices();
 * for (const each of many) {
 *   if (slices.over()) await slices.pause();
 *   work(each);
 * }
 * ```
 */
export class TimeSlices {
  #end = now() + SLICE_MILLISECONDS;
  #steps = 0;

  /** Whether the slice is over. Ask before each step of work. */
  over(): boolean {
    this.#steps = (this.#steps + 1) % STEPS;
    return this.#steps === 0 && now() >= this.#end;
  }

  /** Lets the event loop run once. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      soon(resolve);
    });
    this.#end = now() + SLICE_MILLISECONDS;
  }
}
