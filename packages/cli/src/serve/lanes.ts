import type { Value } from '@kairos/core';
import { Outlet, type OutletEvents, type Sink } from './outlet.js';
import { sumOf, type Tally } from './tally.js';

const LANES = 2;

/**
 * The queues of one timeseries. While the store takes the lines of one, the next write of the other is
 * prepared. A name always has the same queue, so its values stay in order.
 */
export class Lanes {
  readonly #outlets: readonly Outlet[];
  #dropped = 0;

  constructor(sink: Sink, events: OutletEvents) {
    const ofAll: OutletEvents = {
      ...events,
      failed: (error) => events.failed(error, this.waiting),
      recovered: () => {
        if (this.away === undefined) events.recovered(this.waiting);
      },
    };
    this.#outlets = Array.from({ length: LANES }, () => new Outlet(sink, ofAll));
  }

  get tally(): Tally {
    const tally = sumOf(this.#outlets.map(({ tally }) => tally));
    return { ...tally, dropped: tally.dropped + this.#dropped };
  }

  /** Number of lines that wait for the store. */
  get waiting(): number {
    let waiting = 0;
    for (const { tally } of this.#outlets) waiting += tally.waiting;
    return waiting;
  }

  /** The error if the store accepts nothing, otherwise `undefined`. */
  get away(): Error | undefined {
    for (const { away } of this.#outlets) if (away !== undefined) return away;
    return undefined;
  }

  /** Accepts the value of a line, which may stand for several measurements. */
  add(second: number, name: string, value: Value, occurrences = 1): void {
    this.#outlets[laneOf(name)]?.add(second, name, value, occurrences);
  }

  /** Counts a line that there was no room for. */
  drop(): void {
    this.#dropped++;
  }

  /** Resolves when all queues are empty, or when the signal aborts; see `Outlet.drain`. */
  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#outlets.map((outlet) => outlet.drain(signal)));
  }
}

function laneOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) | 0;
  return (hash >>> 0) % LANES;
}
