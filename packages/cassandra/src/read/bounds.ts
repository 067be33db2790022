import { type BucketBounds, forEachAtOnce, type Retention, type TimeseriesType, widen } from '@kairos/core';
import type { Edges, Place } from './edges.js';

const NAMES_AT_ONCE = 32;

/** Finds the first and the last bucket that names have in each interval. */
export class BoundsReader<T extends TimeseriesType> {
  readonly #edges: Edges<T>;

  constructor(edges: Edges<T>) {
    this.#edges = edges;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    const bounds = new Map<string, BucketBounds>();
    await forEachAtOnce(names, NAMES_AT_ONCE, async (name) => {
      const places = await this.#edges.partitionsWithin(name, retention);
      await forEachAtOnce(retention, NAMES_AT_ONCE, async ([interval, oldest]) => {
        const own = places.filter((place) => place.interval === interval);
        const [first, last] = await Promise.all([
          this.#edgeOf(own, oldest, 'first'),
          this.#edgeOf(own.toReversed(), oldest, 'last'),
        ]);
        if (first !== undefined && last !== undefined) widen(bounds, { interval, first, last });
      });
    });
    return [...bounds.values()];
  }

  /** Looks into one partition after the other, up to the first that has data. */
  async #edgeOf(
    places: readonly Place[],
    oldest: number | null,
    which: 'first' | 'last',
  ): Promise<number | undefined> {
    for (const place of places) {
      const found = await this.#edges.edge(place, oldest, which);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
