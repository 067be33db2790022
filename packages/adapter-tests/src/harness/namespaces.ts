import type { IntervalsOptions, TimeseriesType } from '@kairos/core';

/** Timeseries can share a namespace only if they agree on all of this. */
interface Opening {
  readonly type: TimeseriesType;
  readonly text: boolean;
  readonly intervals: IntervalsOptions;
  readonly timezone: string;
}

interface Shared {
  readonly namespace: string;
  readonly text: boolean;
  /** How each interval cuts time, by type and interval. */
  readonly cuts: Map<string, string>;
}

/**
 * Hands out namespaces. A new one may cost the store a table, so tests that do not affect one another share one, each
 * with its own names.
 */
export class Namespaces {
  readonly #run: string;
  readonly #shared: Shared[] = [];
  readonly #given: string[] = [];

  constructor() {
    const random = Math.floor(Math.random() * 36 ** 6).toString(36);
    this.#run = `kct${random.padStart(6, '0')}`;
  }

  /** Every namespace of the run so far. */
  get all(): readonly string[] {
    return this.#given;
  }

  fresh(): string {
    return this.take(`${this.#run}_${this.#given.length}`);
  }

  /** Adds a namespace that a test chose to the run's. */
  take(namespace: string): string {
    if (!this.#given.includes(namespace)) this.#given.push(namespace);
    return namespace;
  }

  /** A shared namespace in which no interval of the same name cuts time differently. */
  shared({ type, text, intervals, timezone }: Opening): string {
    const cuts = Object.entries(intervals).map(
      ([name, { step, resolution }]) =>
        [JSON.stringify([type, name]), JSON.stringify([step, resolution, timezone])] as const,
    );
    let found = this.#shared.find(
      (shared) => shared.text === text && cuts.every(([key, cut]) => (shared.cuts.get(key) ?? cut) === cut),
    );
    if (found === undefined) {
      found = { namespace: this.fresh(), text, cuts: new Map() };
      this.#shared.push(found);
    }
    for (const [key, cut] of cuts) found.cuts.set(key, cut);
    return found.namespace;
  }
}
