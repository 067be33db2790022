import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

// Kept from before a test's fake timers take their place: a read must not wait for a test to turn the clock.
const now = performance.now.bind(performance);
const soon = setImmediate;

/** How long a read may work before others get their turn. */
const SLICE_MILLISECONDS = 8;

/** How many steps of work go by between two looks at the clock. */
const STEPS = 16;

/**
 * Cuts long work into slices, so that the event loop goes on in between. Work that is done within the first slice
 * never waits.
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

  /** Asked before each step of work. */
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
