import type { Place } from '../time/interval.js';

/** A map from the places of one interval. Numbers are its keys, which costs less than a string for each place. */
export class PlaceMap<V> {
  readonly #coarse = new Map<number, V>();
  readonly #fine = new Map<number, Map<number, V>>();

  get({ bucket, resolution }: Place): V | undefined {
    return resolution === 0 ? this.#coarse.get(bucket) : this.#fine.get(bucket)?.get(resolution);
  }

  set({ bucket, resolution }: Place, value: V): void {
    if (resolution === 0) {
      this.#coarse.set(bucket, value);
      return;
    }
    const found = this.#fine.get(bucket);
    if (found === undefined) this.#fine.set(bucket, new Map([[resolution, value]]));
    else found.set(resolution, value);
  }

  forEach(visit: (value: V) => void): void {
    this.#coarse.forEach(visit);
    for (const places of this.#fine.values()) places.forEach(visit);
  }
}
